window.ALL_CRATES = ["page"];
//{"start":21,"fragment_lengths":[6]}