//! `gridkey signing-key`: signing and checking on this machine, and the keys of a server.

use std::io::Write;
use std::process::Stdio;

use super::{Answer, Shell};
use crate::support::signing::{FINGERPRINT, ORDER, PUBLIC_KEY};

const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n";
const SIGNED: &str =
    "0FjdhEq7tpOFjuLIfQX+RTb1b8lJDZnAvJA0pjkL96kuiLFAUdHrrV7Ne3liZwOf66/nJIF3DVo+uUT2O7mXDg==";
const SIGN: &str =
    "signing-key sign https://trading.example.com/v1/orders -X POST --body order.json --time 1700000000";
const VERIFY: &str = "signing-key verify https://trading.example.com/v1/orders -X POST --body order.json --headers headers.txt";

fn shell() -> Shell {
    let shell = Shell::bare();
    std::fs::write(shell.path().join("order.json"), ORDER).unwrap();
    std::fs::write(shell.path().join("private.pem"), PEM).unwrap();
    shell
}

fn fed(shell: &Shell, line: &str, input: &str) -> Answer {
    let mut command = shell.command(line);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_request_is_signed_as_the_vectors_are_whatever_form_the_key_has() {
    let shell = shell();
    let line = format!("{SIGN} --scheme grid-v1");
    let from_file = shell.run(&format!("{line} --key-file private.pem")).expect(0);
    let expected = format!(
        "x-thegrid-signature: {SIGNED}\nx-thegrid-timestamp: 1700000000\nx-thegrid-fingerprint: {FINGERPRINT}\n\
         content-type: application/json\n"
    );
    assert_eq!(from_file.out, expected);
    assert_eq!(fed(&shell, &format!("{line} --key-file -"), SEED).expect(0).out, expected);
    let shell = shell.with("GRIDKEY_SIGNING_KEY", SEED);
    assert_eq!(shell.run(&line).expect(0).out, expected);
    let shell = shell.with("GRIDKEY_SIGNING_KEY", "").with("GRIDKEY_SIGNING_KEY_FILE", "private.pem");
    assert_eq!(shell.run(&line).expect(0).out, expected);
}

#[test]
fn what_was_signed_is_found_good_and_nothing_else_is() {
    let shell = shell().with("GRIDKEY_SIGNING_KEY_FILE", "private.pem");
    for scheme in ["grid-v1", "rfc9421-v1"] {
        let headers = shell.run(&format!("{SIGN} --scheme {scheme}")).expect(0).out;
        std::fs::write(shell.path().join("headers.txt"), &headers).unwrap();
        let check = format!("{VERIFY} --public-key {PUBLIC_KEY}");
        let good = shell.run(&format!("{check} --time 1700000000")).expect(0).out;
        assert!(good.contains(FINGERPRINT) && good.contains(scheme), "{good}");
        let stale = shell.run(&check).expect(1);
        assert!(stale.err.contains("too old") && stale.err.contains("--time"), "{}", stale.err);
        std::fs::write(shell.path().join("order.json"), ORDER.replace("0.68", "0.69")).unwrap();
        shell.run(&format!("{check} --time 1700000000")).expect(1);
        std::fs::write(shell.path().join("order.json"), ORDER).unwrap();
    }
    let once = shell.run(SIGN).expect(0).out;
    assert_ne!(once, shell.run(SIGN).expect(0).out, "each has a nonce of its own");
}

#[test]
fn a_private_key_is_told_to_nobody() {
    let shell = shell();
    shell.run(SIGN).expect(2);
    for junk in ["canary", "Y2FuYXJ5", "-----BEGIN PRIVATE KEY-----\ncanary"] {
        let answer = fed(&shell, &format!("{SIGN} --key-file -"), junk).expect(2);
        assert!(!answer.err.contains("anary") && !answer.err.contains("Y2Fu"), "{}", answer.err);
    }
    // Not even to a server that would refuse it.
    let line = "signing-key add --set name=A --public-key private.pem --server http://127.0.0.1:1";
    let answer = shell.run(line).expect(2);
    assert!(answer.err.contains("private key") && !answer.err.contains("MC4C"), "{}", answer.err);
    for line in [
        "signing-key sign ftp://a.example/",
        "signing-key sign a.example",
        "signing-key sign https://a@b.example/",
        "signing-key sign https://a.example/é",
        "signing-key verify https://a.example/ --public-key junk --headers order.json",
    ] {
        shell.run(line).expect(2);
    }
}
