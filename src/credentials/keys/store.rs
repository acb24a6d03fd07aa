//! The queries that the tables of keys have in common. diesel knows each table by a type of its own, so they are stamped for
//! each: `owned_keys!` makes functions, `filtered!` narrows a boxed query.

/// Stamps the queries on the keys of owners for a table with the columns `id`, `tenant_id`, `user_id`,
/// `service_account_id`, `status`, `status_reason` and `updated_at`.
macro_rules! owned_keys {
    ($table:ident, $id:ty) => {
        /// How many keys of an owner are not revoked.
        pub fn count_living(conn: &mut Conn<'_>, tenant: TenantId, owner: KeyOwner) -> Result<i64, DbError> {
            let (user, account) = owner.columns();
            Ok(on!(conn, |c| {
                let living = $table::table
                    .filter($table::tenant_id.eq(tenant).and($table::status.ne(KeyStatus::Revoked)))
                    .count();
                match (user, account) {
                    (Some(id), _) => living.filter($table::user_id.eq(id)).get_result(c),
                    (None, account) => living.filter($table::service_account_id.eq(account)).get_result(c),
                }
            })?)
        }

        /// Revokes every key of these owners that is not revoked yet, and answers with their identifiers.
        pub fn revoke_all_of(
            conn: &mut Conn<'_>,
            tenant: TenantId,
            owners: &[KeyOwner],
            (reason, now): (&str, Timestamp),
        ) -> Result<Vec<$id>, DbError> {
            let users: Vec<UserId> = owners.iter().filter_map(|owner| owner.columns().0).collect();
            let accounts: Vec<ServiceAccountId> =
                owners.iter().filter_map(|owner| owner.columns().1).collect();
            let change = (
                $table::status.eq(KeyStatus::Revoked),
                $table::status_reason.eq(reason),
                $table::updated_at.eq(now),
            );
            let mut gone = Vec::new();
            // Two statements: each finds its rows by an index of its own.
            if !users.is_empty() {
                gone.extend(on!(conn, |c| {
                    diesel::update($table::table)
                        .filter($table::tenant_id.eq(tenant).and($table::user_id.eq_any(&users)))
                        .filter($table::status.ne(KeyStatus::Revoked))
                        .set(change)
                        .returning($table::id)
                        .get_results::<$id>(c)
                })?);
            }
            if !accounts.is_empty() {
                gone.extend(on!(conn, |c| {
                    diesel::update($table::table)
                        .filter(
                            $table::tenant_id.eq(tenant).and($table::service_account_id.eq_any(&accounts)),
                        )
                        .filter($table::status.ne(KeyStatus::Revoked))
                        .set(change)
                        .returning($table::id)
                        .get_results::<$id>(c)
                })?);
            }
            Ok(gone)
        }

        /// Revokes every key of an organisation that is not revoked yet, and answers how many those were.
        pub fn revoke_all_in(
            conn: &mut Conn<'_>,
            tenant: TenantId,
            (reason, now): (&str, Timestamp),
        ) -> Result<usize, DbError> {
            Ok(on!(conn, |c| {
                diesel::update($table::table)
                    .filter($table::tenant_id.eq(tenant).and($table::status.ne(KeyStatus::Revoked)))
                    .set((
                        $table::status.eq(KeyStatus::Revoked),
                        $table::status_reason.eq(reason),
                        $table::updated_at.eq(now),
                    ))
                    .execute(c)
            })?)
        }

        /// Every key of an owner, whatever became of it.
        pub fn ids_of(conn: &mut Conn<'_>, tenant: TenantId, owner: KeyOwner) -> Result<Vec<$id>, DbError> {
            let (user, account) = owner.columns();
            Ok(on!(conn, |c| {
                let all = $table::table.filter($table::tenant_id.eq(tenant)).select($table::id);
                match (user, account) {
                    (Some(id), _) => all.filter($table::user_id.eq(id)).load(c),
                    (None, account) => all.filter($table::service_account_id.eq(account)).load(c),
                }
            })?)
        }
    };
}
pub(crate) use owned_keys;

/// Narrows a boxed query on a table of keys to those that a [`KeyFilter`](super::KeyFilter) lets through, newest first.
macro_rules! filtered {
    ($query:expr, $table:ident, $filter:expr, $now:expr) => {{
        let (filter, now): (&$crate::credentials::KeyFilter, Timestamp) = ($filter, $now);
        let mut query = $query.order($table::id.desc());
        match filter.owner {
            Some(KeyOwner::User(id)) => query = query.filter($table::user_id.eq(id)),
            Some(KeyOwner::ServiceAccount(id)) => query = query.filter($table::service_account_id.eq(id)),
            None => {}
        }
        if !filter.states.is_empty() {
            let [works, expired, ended] = filter.statuses();
            let lasts = $table::expires_at.is_null().or($table::expires_at.gt(now));
            query = query.filter(
                $table::status
                    .eq_any(ended)
                    .or($table::status.eq_any(works).and(lasts))
                    .or($table::status.eq_any(expired).and($table::expires_at.le(now))),
            );
        }
        if let Some(end) = filter.expires_before {
            query = query.filter($table::expires_at.lt(end));
        }
        if let Some(since) = filter.unused_since {
            let used = credential_uses::table
                .filter(credential_uses::credential_id.eq($table::id))
                .filter(credential_uses::last_used_at.ge(since));
            query = query
                .filter($table::created_at.lt(since))
                .filter(diesel::dsl::not(diesel::dsl::exists(used)));
        }
        if let Some(start) = &filter.begins_with {
            let (from, to) = prefix_range(start.clone());
            query = query.filter($table::name.ge(from).and($table::name.lt(to)));
        }
        query
    }};
}
pub(crate) use filtered;
