//! A flag goes before a variable, that before the file, that before the default: by the binary.

use std::net::TcpListener;
use std::process::Command;

use countersign::inventory::SigningKey;
use tempfile::TempDir;

/// What `run` says before it ends: it must not come to listening.
fn refused(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["run", "--upstream", "http://127.0.0.1:1"])
        .args(arguments)
        .envs(variables.iter().copied())
        .env_remove("RUST_LOG")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_flag_goes_before_a_variable_and_that_before_the_file() {
    // All of them taken, so that the one that was chosen is told.
    let taken = [(); 4].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [first, second, third, fourth] =
        taken.each_ref().map(|listener| listener.local_addr().unwrap().to_string());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("countersign.toml"), format!("listen = \"{first}\"\n")).unwrap();
    std::fs::write(folder.path().join("other.toml"), format!("listen = \"{fourth}\"\n")).unwrap();
    let variable = [("COUNTERSIGN_LISTEN", second.as_str())];
    for (arguments, variables, expected) in [
        (&["--listen", third.as_str()][..], &variable[..], &third),
        (&[], &variable, &second),
        (&[], &[], &first),
        (&["--config", "other.toml"], &[("COUNTERSIGN_CONFIG", "countersign.toml")], &fourth),
        (&[], &[("COUNTERSIGN_CONFIG", "other.toml")], &fourth),
    ] {
        let said = refused(&folder, arguments, variables);
        assert!(said.contains(&format!("can't listen on {expected}")), "{arguments:?}: {said}");
    }
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let said = refused(&folder, &["--config", "nowhere.toml"], &[]);
    assert!(said.contains("nowhere.toml"), "{said}");
}

#[test]
fn half_of_a_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let said = refused(&folder, &["--tls-cert", "chain.pem"], &[]);
    assert!(said.contains("--tls-key"), "{said}");
    let said = refused(&folder, &["--upstream-key", "key.pem"], &[]);
    assert!(said.contains("--upstream-cert"), "{said}");
    let said = refused(&folder, &["--certificate", "chain.pem"], &[]);
    assert!(said.contains("`chain.pem` is not CHAIN=KEY"), "{said}");
    let said = refused(&folder, &["--redirect", "127.0.0.1:0"], &[]);
    assert!(said.contains("a redirect to https needs a certificate"), "{said}");
}

#[test]
fn approvers_on_the_command_line_take_the_place_of_those_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let [alice, bob] = [(); 2].map(|()| SigningKey::generate().unwrap().public());
    let file = format!("[[approver]]\nname = \"alice\"\nkey = \"{alice}\"\n");
    std::fs::write(folder.path().join("countersign.toml"), file).unwrap();
    let bob = format!("bob={bob}");
    let said = refused(&folder, &["--quorum", "2"], &[]);
    assert!(said.contains("a quorum of 2 is not possible with 1 approvers"), "{said}");
    let said = refused(&folder, &["--quorum", "2"], &[("COUNTERSIGN_APPROVERS", &bob)]);
    assert!(said.contains("a quorum of 2 is not possible with 1 approvers"), "{said}");
    let both = format!("{bob},alice={alice}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let variables = [("COUNTERSIGN_APPROVERS", both.as_str()), ("COUNTERSIGN_LISTEN", address.as_str())];
    let said = refused(&folder, &["--quorum", "2"], &variables);
    assert!(said.contains("can't listen on"), "{said}");
}

#[test]
fn every_fault_of_the_file_is_told_with_its_place_by_run_and_by_check() {
    let folder = tempfile::tempdir().unwrap();
    let text = "listen = \"nowhere\"\n[limits]\nidle-time = \"10x\"\npool = 1\n";
    std::fs::write(folder.path().join("countersign.toml"), text).unwrap();
    let said = refused(&folder, &[], &[]);
    for place in ["countersign.toml:1:10", "countersign.toml:3:13", "countersign.toml:4:1"] {
        assert!(said.contains(place), "{place}: {said}");
    }
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    std::fs::write(folder.path().join("policies/shop.toml"), "hosts = [\"a.test\"]\nmodus = 1\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .arg("check")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    for place in ["countersign.toml:1:10", "countersign.toml:4:1", "policies/shop.toml:2:1"] {
        assert!(said.contains(place), "{place}: {said}");
    }
}
