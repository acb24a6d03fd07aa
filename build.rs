//! What Cargo's manifest cannot say: how the programs are linked, that the description of the interface is packed, and that
//! a release has its messages packed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

/// A folder of files for each language.
const MESSAGES: &str = "templates/messages";
/// What `GET /openapi.json` answers.
const DESCRIPTION: &str = "docs/reference/openapi.json";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // A position-independent program carries an entry for each address that the loader has to move; written as a bitmap
    // (RELR) they take a thirtieth of the room. A linker that does not know the word warns and goes on.
    if told("CARGO_CFG_TARGET_OS").is_some_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    let out = told("OUT_DIR").ok_or_else(|| io::Error::other("Cargo names no folder to write to"))?;
    let out = Path::new(&out);
    println!("cargo::rerun-if-changed={DESCRIPTION}");
    pack(&[Path::new(DESCRIPTION)], &out.join("openapi.json.gz"))?;
    println!("cargo::rustc-check-cfg=cfg(packed_messages)");
    // In development the files are read where they are, and nothing has to be built after a change.
    if told("PROFILE").is_some_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={MESSAGES}");
        println!("cargo::rustc-cfg=packed_messages");
        pack_messages(&out.join("messages"))?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script what it builds for by no other way"
)]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// All files of a language as one, `en.gz`: together they take three quarters of the room that each would take alone.
fn pack_messages(out: &Path) -> io::Result<()> {
    // A language that is gone must not stay.
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    for folder in entries(Path::new(MESSAGES))? {
        let language = folder.file_name().unwrap_or_default().to_string_lossy();
        pack(&entries(&folder)?, &out.join(format!("{language}.gz")))?;
    }
    Ok(())
}

/// Files, one after the other, as one.
fn pack(files: &[impl AsRef<Path>], to: &Path) -> io::Result<()> {
    let mut packed = GzEncoder::new(File::create(to)?, Compression::best());
    for (place, file) in files.iter().enumerate() {
        if place > 0 {
            packed.write_all(b"\n")?;
        }
        packed.write_all(&fs::read(file)?)?;
    }
    packed.finish()?;
    Ok(())
}

/// What is in a folder, in the order of its names.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    all.sort();
    Ok(all)
}
