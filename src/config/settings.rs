//! What a setting is, and the macro that declares a section of them.

use super::values::Shape;

/// What the value is when nobody gives one.
#[derive(Clone, Copy, Debug)]
pub enum Fallback {
    /// This text, read like any other.
    Default(&'static str),
    /// There is none: the server does not start without the setting. The text is an example, or empty where a copied
    /// example would be dangerous.
    Required(&'static str),
}

/// One setting as people see it.
#[derive(Debug)]
pub struct Setting {
    /// `section.name`.
    pub key: &'static str,
    /// Its doc comment, line by line.
    pub doc: &'static [&'static str],
    /// What it is when nobody sets it.
    pub fallback: Fallback,
    /// The least and the most that is allowed, both included.
    pub limits: Option<(&'static str, &'static str)>,
    /// Whether its value is hidden, and may lie in a file of its own.
    pub secret: bool,
    /// How it is written in TOML.
    pub shape: Shape,
    /// What is right, in words.
    pub form: fn() -> String,
}

impl Setting {
    /// The part of the key before the dot.
    pub fn section(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(section, _)| section)
    }

    /// The part of the key after the dot.
    pub fn name(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(_, name)| name)
    }

    /// The variable that sets it.
    pub fn variable(&self) -> String {
        format!("GRIDKEY_{}", self.key.replace('.', "_").to_uppercase())
    }

    /// The variable that names the file with the secret.
    pub fn file_variable(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.variable()))
    }

    /// The TOML key, within the section, that names the file with the secret.
    pub fn file_name(&self) -> Option<String> {
        self.secret.then(|| format!("{}_file", self.name()))
    }

    /// The limits in words.
    pub fn range(&self) -> Option<String> {
        self.limits.map(|(least, most)| format!("{least} to {most}"))
    }
}

/// A group of settings: a table in the file.
#[derive(Debug)]
pub struct Section {
    /// The name of the table.
    pub name: &'static str,
    /// Its doc comment, line by line.
    pub doc: &'static [&'static str],
    /// Its settings in the order of declaration.
    pub settings: &'static [Setting],
}

/// Declares a section: the struct that the program uses, and from the same words the table (`SECTION`) and the `Draft`
/// that holds what could be read so far. Doc comments are the documentation that people read.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        pub struct $section:ident in $name:literal {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $value:ty = $fallback:ident($text:literal) $(within($least:literal, $most:literal))?,
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $section {
            $($(#[doc = $doc])+ pub $field: $value,)+
        }

        /// The table of this section.
        pub const SECTION: $crate::config::settings::Section = $crate::config::settings::Section {
            name: $name,
            doc: &[$($about),+],
            settings: &[$($crate::config::settings::setting!(
                $name, $field, $value, $fallback($text), [$($doc),+] $(, $least, $most)?
            )),+],
        };

        /// What could be read of this section.
        pub struct Draft {
            $(pub $field: $crate::config::reader::Field<$value>,)+
        }

        impl Draft {
            /// Reads every setting; what is wrong stays with the reader.
            pub fn read(reader: &mut $crate::config::reader::Reader<'_>) -> Self {
                Self {
                    $($field: reader.read(const {
                        &$crate::config::settings::setting!(
                            $name, $field, $value, $fallback($text), [$($doc),+] $(, $least, $most)?
                        )
                    }),)+
                }
            }

            /// The section, when every setting was right.
            pub fn finish(self) -> Option<$section> {
                Some($section { $($field: self.$field.into_value()?,)+ })
            }
        }
    };
}
pub(super) use section;

/// One row of the table.
macro_rules! setting {
    ($name:literal, $field:ident, $value:ty, $fallback:ident($text:literal), [$($doc:literal),+]
     $(, $least:literal, $most:literal)?) => {
        $crate::config::settings::Setting {
            key: concat!($name, ".", stringify!($field)),
            doc: &[$($doc),+],
            fallback: $crate::config::settings::Fallback::$fallback($text),
            limits: $crate::config::settings::limits!($($least, $most)?),
            secret: <$value as $crate::config::values::Value>::SECRET,
            shape: <$value as $crate::config::values::Value>::SHAPE,
            form: <$value as $crate::config::values::Value>::form,
        }
    };
}
pub(super) use setting;

/// The limits of a row, if it has some.
macro_rules! limits {
    () => {
        None
    };
    ($least:literal, $most:literal) => {
        Some(($least, $most))
    };
}
pub(super) use limits;
