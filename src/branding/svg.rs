//! Takes out of an SVG whatever is no drawing: scripts, handlers, foreign elements, addresses elsewhere.

use std::io::{self, Write};

use super::{Logo, LogoError};

/// The drawing in it.
pub fn clean(sent: &[u8]) -> Result<Vec<u8>, LogoError> {
    let text = std::str::from_utf8(sent).map_err(|_| LogoError::Svg("it is not written in UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    check_encoding(text)?;
    // Without it no markup can hide from what is looked for here behind another way of writing letters.
    if text.contains('\0') {
        return Err(LogoError::Svg("it is not written in UTF-8"));
    }
    // Texts that stand for others can be nested into more than any memory holds.
    if text.to_ascii_lowercase().contains("<!entity") {
        return Err(LogoError::Svg("it declares entities; save it as plain SVG"));
    }
    let mut cleaned = Bounded(Vec::new());
    let filtered = svg_hush::Filter::new().filter(text.as_bytes(), &mut cleaned);
    if cleaned.0.len() > Logo::LARGEST {
        return Err(LogoError::TooLarge);
    }
    filtered.map_err(|_| LogoError::Svg("it is no well-formed XML, or nothing of it is a drawing"))?;
    let drawing = std::str::from_utf8(&cleaned.0).unwrap_or_default();
    let drawing = drawing.split_once("?>").map_or(drawing, |(_, drawing)| drawing).trim_start();
    if drawing.starts_with("<svg ") {
        Ok(drawing.as_bytes().to_vec())
    } else {
        Err(LogoError::Svg("its outermost element is not svg"))
    }
}

/// What an XML declaration says must not change how the rest is read.
fn check_encoding(text: &str) -> Result<(), LogoError> {
    let Some(rest) = text.strip_prefix("<?xml") else { return Ok(()) };
    let declaration = rest.split_once("?>").map_or(rest, |(declaration, _)| declaration).to_ascii_lowercase();
    let is_plain = !declaration.contains("encoding") || declaration.contains("utf-8");
    if is_plain { Ok(()) } else { Err(LogoError::Svg("it is not written in UTF-8")) }
}

/// Keeps no more than a logo may have, and one byte that tells that there was more.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = (Logo::LARGEST + 1).saturating_sub(self.0.len());
        if room == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.0.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(inner: &str) -> String {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
             viewBox='0 0 8 8'>{inner}<circle cx='4' cy='4' r='3'/></svg>"
        )
    }

    fn cleaned(svg: &str) -> String {
        String::from_utf8(clean(svg.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_drawing_stays() {
        let drawn = cleaned(&within(
            "<defs><linearGradient id='g'><stop offset='0' stop-color='red'/></linearGradient></defs>\
             <style>.a{fill:url(#g)}</style><path class='a' d='M0 0h8v8z'/><text x='1' y='2'>Ä &amp; ö</text>",
        ));
        for part in
            ["<svg ", "viewBox=\"0 0 8 8\"", "linearGradient", "url(#g)", "M0 0h8v8z", "Ä &amp; ö", "<circle"]
        {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        let again = clean(drawn.as_bytes()).unwrap();
        assert!(again.starts_with(b"<svg "), "what was cleaned can be cleaned again");
        let declared = format!("\u{feff}<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE svg>{}", within(""));
        assert!(cleaned(&declared).starts_with("<svg "));
    }

    #[test]
    fn nothing_hostile_stays() {
        for inner in [
            "<script>alert(1)</script>",
            "<script href='data:text/javascript,alert(1)'/>",
            "<s:script xmlns:s='http://www.w3.org/2000/svg'>alert(1)</s:script>",
            "<g onload='alert(1)' onclick='alert(1)'/>",
            "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></body></foreignObject>",
            "<h:iframe xmlns:h='http://www.w3.org/1999/xhtml' src='https://evil.example'/>",
            "<image href='https://evil.example/x.png'/>",
            "<image xlink:href='https://evil.example/x.png'/>",
            "<image href='data:image/svg+xml,%3Cscript%3Ealert(1)%3C/script%3E'/>",
            "<use xlink:href='https://evil.example/x.svg#a'/>",
            "<a href='javascript:alert(1)'><circle/></a>",
            "<a xlink:href='java&#9;script:alert(1)'><circle/></a>",
            "<animate attributeName='href' values='#a'/>",
            "<set attributeName='onmouseover' to='alert(1)'/>",
            "<style>@import 'https://evil.example/x.css';</style>",
            "<style>a{background:url(https://evil.example/x.png)}</style>",
            "<rect style='fill:url(\"https://evil.example/x#a\")'/>",
            "<rect fill='url(//evil.example/x#a)'/>",
            "<filter><feImage href='https://evil.example/x.png'/></filter>",
            "<?xml-stylesheet href='https://evil.example/x.css'?>",
            "<!-- --><![CDATA[<script>alert(1)</script>]]>",
        ] {
            let drawn = cleaned(&within(inner));
            let low = drawn.to_lowercase();
            assert!(low.contains("<circle"), "{inner}: {drawn}");
            for bad in [
                "<script",
                "evil.example",
                "onload",
                "onclick",
                "onmouseover",
                "javascript",
                "foreign",
                "iframe",
                "@import",
                "<?",
                "data:",
                "\"href\"",
            ] {
                assert!(!low.contains(bad), "{bad} of {inner}: {drawn}");
            }
        }
    }

    #[test]
    fn an_address_that_is_hidden_behind_escapes_is_none_afterwards() {
        let drawn = cleaned(&within("<style>a{background:\\75rl(https://evil.example/x)}</style>"));
        assert!(!drawn.contains('\\') && !drawn.contains("rl("), "{drawn}");
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        let bomb = "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
                    <svg xmlns='http://www.w3.org/2000/svg'><text>&b;&b;&b;</text></svg>";
        let outside = "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\
                       <svg xmlns='http://www.w3.org/2000/svg'><text>&x;</text></svg>";
        let wide: Vec<u8> = within("").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bad in [
            b"" as &[u8],
            b"text",
            b"<svg/>",
            b"<html><svg xmlns='http://www.w3.org/2000/svg'/></html>",
            b"<g xmlns='http://www.w3.org/2000/svg'/>",
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/><svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<?xml version='1.0' encoding='utf-16'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<svg xmlns='http://www.w3.org/2000/svg'>\xff</svg>",
            b"<svg xmlns='http://www.w3.org/2000/svg'>&unknown;</svg>",
            b"\x89PNG\r\n\x1a\n",
            bomb.as_bytes(),
            outside.as_bytes(),
            &wide,
        ] {
            let refused = clean(bad);
            assert!(matches!(refused, Err(LogoError::Svg(_))), "{}", String::from_utf8_lossy(bad));
        }
        // Half of it fits, and indenting makes it longer than what is kept.
        let deep = format!("{}{}", "<g>".repeat(9_000), "</g>".repeat(9_000));
        assert_eq!(clean(within(&deep).as_bytes()), Err(LogoError::TooLarge));
    }
}
