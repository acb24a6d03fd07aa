//! The tables of how organisations look.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// How an organisation looks on its sign-in pages.
    tenant_branding (tenant_id) {
        tenant_id -> SqlId,
        accent -> Nullable<Text>,
        support_url -> Nullable<Text>,
        logo -> Nullable<Text>,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Pictures, apart from what every visit reads.
    tenant_logos (tenant_id) {
        tenant_id -> SqlId,
        name -> Text,
        content -> Binary,
    }
}
