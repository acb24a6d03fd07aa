//! Structured field values (RFC 8941), as far as RFC 9421 and RFC 9530 use them: dictionaries of items and inner lists.
//! Where the RFC lets a later duplicate win, this parser refuses: what two readers may understand differently proves
//! nothing. Decimals, which neither RFC uses, are refused too.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// More text than these fields ever need.
const MAX_TEXT: usize = 8192;
/// Digits of the largest integer (RFC 8941 3.3.1).
const MAX_DIGITS: usize = 15;

/// A text that is no dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvalidField;

/// One value (RFC 8941 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Integer(i64),
    Text(String),
    Token(String),
    Bytes(Vec<u8>),
    Boolean(bool),
}

/// Parameters in their order (RFC 8941 3.1.2).
pub(super) type Parameters = Vec<(String, Value)>;

/// A value with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub value: Value,
    pub parameters: Parameters,
}

/// What a key of a dictionary stands for (RFC 8941 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Item(Item),
    InnerList(InnerList),
}

/// A list in parentheses (RFC 8941 3.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct InnerList {
    pub items: Vec<Item>,
    pub parameters: Parameters,
}

impl InnerList {
    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The one strict way of writing it (RFC 8941 4.1.1.1), which is what gets signed.
    pub(super) fn serialize(&self) -> String {
        let items: Vec<String> = self
            .items
            .iter()
            .map(|item| format!("{}{}", serialize(&item.value), serialize_parameters(&item.parameters)))
            .collect();
        format!("({}){}", items.join(" "), serialize_parameters(&self.parameters))
    }
}

fn serialize_parameters(parameters: &Parameters) -> String {
    parameters
        .iter()
        .map(|(key, value)| match value {
            Value::Boolean(true) => format!(";{key}"),
            value => format!(";{key}={}", serialize(value)),
        })
        .collect()
}

fn serialize(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Value::Token(token) => token.clone(),
        Value::Bytes(bytes) => format!(":{}:", STANDARD.encode(bytes)),
        Value::Boolean(flag) => format!("?{}", u8::from(*flag)),
    }
}

/// Reads a dictionary (RFC 8941 4.2.2). Each key stands at most once.
pub(super) fn parse_dictionary(text: &str) -> Result<Vec<(String, Member)>, InvalidField> {
    if text.len() > MAX_TEXT {
        return Err(InvalidField);
    }
    let mut cursor = Cursor(text.trim_matches(' ').as_bytes());
    let mut members: Vec<(String, Member)> = Vec::new();
    while cursor.peek().is_some() {
        let key = cursor.key()?;
        if members.iter().any(|(other, _)| *other == key) {
            return Err(InvalidField);
        }
        let member = if cursor.eat(b'=') { cursor.member()? } else { cursor.flag()? };
        members.push((key, member));
        cursor.skip(b" \t");
        if cursor.peek().is_none() {
            break;
        }
        cursor.need(b',')?;
        cursor.skip(b" \t");
        if cursor.peek().is_none() {
            return Err(InvalidField);
        }
    }
    Ok(members)
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn next(&mut self) -> Result<u8, InvalidField> {
        let (first, rest) = self.0.split_first().ok_or(InvalidField)?;
        self.0 = rest;
        Ok(*first)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.0 = self.0.get(1..).unwrap_or_default();
        }
        found
    }

    fn need(&mut self, byte: u8) -> Result<(), InvalidField> {
        if self.eat(byte) { Ok(()) } else { Err(InvalidField) }
    }

    fn skip(&mut self, bytes: &[u8]) {
        self.take(|byte| bytes.contains(&byte));
    }

    /// The longest run of bytes that fit. All that are ever asked for are ASCII.
    fn take(&mut self, fits: impl Fn(u8) -> bool) -> String {
        let length = self.0.iter().take_while(|byte| byte.is_ascii() && fits(**byte)).count();
        let (run, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        run.iter().copied().map(char::from).collect()
    }

    fn key(&mut self) -> Result<String, InvalidField> {
        match self.peek() {
            Some(b'a'..=b'z' | b'*') => {
                Ok(self.take(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*')))
            }
            _ => Err(InvalidField),
        }
    }

    fn member(&mut self) -> Result<Member, InvalidField> {
        if self.peek() == Some(b'(') {
            return self.inner_list().map(Member::InnerList);
        }
        self.item().map(Member::Item)
    }

    /// A key without a value is true.
    fn flag(&mut self) -> Result<Member, InvalidField> {
        Ok(Member::Item(Item { value: Value::Boolean(true), parameters: self.parameters()? }))
    }

    fn inner_list(&mut self) -> Result<InnerList, InvalidField> {
        self.need(b'(')?;
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.eat(b')') {
                return Ok(InnerList { items, parameters: self.parameters()? });
            }
            items.push(self.item()?);
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return Err(InvalidField);
            }
        }
    }

    fn item(&mut self) -> Result<Item, InvalidField> {
        Ok(Item { value: self.value()?, parameters: self.parameters()? })
    }

    fn parameters(&mut self) -> Result<Parameters, InvalidField> {
        let mut parameters = Parameters::new();
        while self.eat(b';') {
            self.skip(b" ");
            let key = self.key()?;
            let value = if self.eat(b'=') { self.value()? } else { Value::Boolean(true) };
            if parameters.iter().any(|(other, _)| *other == key) {
                return Err(InvalidField);
            }
            parameters.push((key, value));
        }
        Ok(parameters)
    }

    fn value(&mut self) -> Result<Value, InvalidField> {
        match self.peek().ok_or(InvalidField)? {
            b'"' => self.text().map(Value::Text),
            b':' => self.bytes().map(Value::Bytes),
            b'?' => self.boolean().map(Value::Boolean),
            b'-' | b'0'..=b'9' => self.integer().map(Value::Integer),
            b'A'..=b'Z' | b'a'..=b'z' | b'*' => Ok(Value::Token(self.take(is_token))),
            _ => Err(InvalidField),
        }
    }

    fn text(&mut self) -> Result<String, InvalidField> {
        self.need(b'"')?;
        let mut text = String::new();
        loop {
            match self.next()? {
                b'"' => return Ok(text),
                b'\\' => match self.next()? {
                    escaped @ (b'"' | b'\\') => text.push(char::from(escaped)),
                    _ => return Err(InvalidField),
                },
                plain @ b' '..=b'~' => text.push(char::from(plain)),
                _ => return Err(InvalidField),
            }
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>, InvalidField> {
        self.need(b':')?;
        let text = self.take(|byte| byte != b':');
        self.need(b':')?;
        STANDARD.decode(text).map_err(|_| InvalidField)
    }

    fn boolean(&mut self) -> Result<bool, InvalidField> {
        self.need(b'?')?;
        match self.next()? {
            b'0' => Ok(false),
            b'1' => Ok(true),
            _ => Err(InvalidField),
        }
    }

    fn integer(&mut self) -> Result<i64, InvalidField> {
        let sign = if self.eat(b'-') { -1 } else { 1 };
        let digits = self.take(|byte| byte.is_ascii_digit());
        if !(1..=MAX_DIGITS).contains(&digits.len()) || self.peek() == Some(b'.') {
            return Err(InvalidField);
        }
        digits.parse::<i64>().map(|number| sign * number).map_err(|_| InvalidField)
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> InnerList {
        match parse_dictionary(text).unwrap().remove(0).1 {
            Member::InnerList(list) => list,
            Member::Item(item) => panic!("{item:?}"),
        }
    }

    #[test]
    fn an_inner_list_is_written_in_one_way() {
        for (text, expected) in [
            ("sig1=()", "()"),
            (
                " sig1=(  \"@method\"   \"date\" );created=1;  keyid=\"a\\\"b\\\\\" ",
                r#"("@method" "date");created=1;keyid="a\"b\\""#,
            ),
            (
                "s=(\"x\";req;key=\"k\" tok :AQI=: ?0 -7);b;t=?1;c=*/x",
                r#"("x";req;key="k" tok :AQI=: ?0 -7);b;t;c=*/x"#,
            ),
        ] {
            assert_eq!(list(text).serialize(), expected);
        }
    }

    #[test]
    fn a_dictionary_has_each_key_once() {
        let found = parse_dictionary("a=1,  b=:AQI=:;x=y\t, c;d=\"e\", *k=tok").unwrap();
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["a", "b", "c", "*k"]);
        assert!(parse_dictionary("").unwrap().is_empty());
        for wrong in [
            "a=1, a=2",
            "a=1;b;b",
            "a=1,",
            ",a=1",
            "a=1 b=2",
            "A=1",
            "a=",
            "a=(",
            "a=(1",
            "a=(1)(2)",
            "a=(1\t2)",
            "a=\"x",
            "a=\"\\n\"",
            "a=\"\u{e9}\"",
            "a=:AQI:",
            "a=:AQI=",
            "a=:A-_=:",
            "a=?2",
            "a=1.5",
            "a=-",
            "a=1234567890123456",
            "a=;b",
            "a=(\"x\"\"y\")",
            "a=\u{7f}",
            "1=2",
            "a=1\n",
        ] {
            assert_eq!(parse_dictionary(wrong), Err(InvalidField), "{wrong}");
        }
        assert_eq!(parse_dictionary(&format!("a=\"{}\"", "x".repeat(9000))), Err(InvalidField));
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_the_parser_stumble(text in "[a-z=(\");:?,0-9 \\\\*.-]{0,60}") {
            if let Ok(members) = parse_dictionary(&text) {
                for (key, member) in members {
                    if let Member::InnerList(list) = member {
                        let again = parse_dictionary(&format!("{key}={}", list.serialize())).unwrap();
                        proptest::prop_assert_eq!(again, vec![(key, Member::InnerList(list))]);
                    }
                }
            }
        }
    }
}
