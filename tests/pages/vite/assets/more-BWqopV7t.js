import{D as o,b as t}from"./index-Dz4QF-sH.js";function d(){const e=document.createElement("p");document.body.append(e),o(t`loaded later`,e)}export{d as run};
