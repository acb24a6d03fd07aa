//! What Cargo's manifest cannot say: how the programs are linked.

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script what it builds for by no other way"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A position-independent program carries an entry for each address that the loader has to move; written as a bitmap
    // (RELR) they take a thirtieth of the room. A linker that does not know the word warns and goes on.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
