/*jshint unused:false */

var checkit = {};
