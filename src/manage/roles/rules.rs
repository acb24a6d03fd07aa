//! What becomes of a role when somebody says something of it.

use super::{NewRole, RolePatch};
use crate::manage::Call;
use crate::manage::text::display_name;
use crate::random::Random;
use crate::roles::{Permission, Role, is_role_slug};
use crate::web::Problem;

/// How many permissions one role may have.
const MOST_PERMISSIONS: usize = 200;

/// The role that a request describes: nobody makes one of what they do not hold.
pub fn new(call: &Call, random: &Random, wanted: &NewRole) -> Result<Role, Problem> {
    if !is_role_slug(&wanted.slug) {
        let detail = "A role's slug is 1 to 63 lower-case letters, digits, hyphens and underscores, and begins with a letter.";
        return Err(Problem::invalid("invalid_slug", detail));
    }
    let permissions = permissions(&wanted.permissions)?;
    call.may_grant(&permissions)?;
    Ok(Role {
        id: random.id(call.now),
        tenant_id: call.tenant,
        slug: wanted.slug.clone(),
        display_name: display_name(&wanted.display_name)?,
        permissions: texts(&permissions),
        built_in: false,
        created_at: call.now,
        updated_at: call.now,
    })
}

/// The role after a change. Whoever changes what its holders may do must hold all that it gave before and gives after.
pub fn patched(call: &Call, role: &Role, patch: &RolePatch) -> Result<Role, Problem> {
    may_change(call, role)?;
    let mut changed = role.clone();
    if let Some(name) = &patch.display_name {
        changed.display_name = display_name(name)?;
    }
    if let Some(list) = &patch.permissions {
        let permissions = permissions(list)?;
        call.may_grant(&permissions)?;
        changed.permissions = texts(&permissions);
    }
    if changed != *role {
        changed.updated_at = call.next_version(role.updated_at);
    }
    Ok(changed)
}

/// Whether the caller may change or delete a role.
///
/// # Errors
/// 409 for one that came with the product, 403 for one that gives what the caller does not hold.
pub fn may_change(call: &Call, role: &Role) -> Result<(), Problem> {
    if role.built_in {
        let detail = format!("The role {:?} came with Gridkey and cannot be changed.", role.slug);
        return Err(Problem::conflict("built_in", detail).fix("Create a role of your own."));
    }
    let given: Vec<Permission> = role.granted().collect();
    call.may_grant(&given)
}

/// Reads the permissions of a role: in order, each once, and none of Gridkey's own that nothing asks for.
fn permissions(list: &[String]) -> Result<Vec<Permission>, Problem> {
    if list.len() > MOST_PERMISSIONS {
        let detail = format!("A role has at most {MOST_PERMISSIONS} permissions.");
        return Err(Problem::invalid("too_many", detail));
    }
    let mut read = Vec::with_capacity(list.len());
    for text in list {
        let permission: Permission =
            text.parse().map_err(|why| Problem::invalid("invalid_permission", format!("{why}.")))?;
        if permission.is_of_product() && !permission.is_known() {
            let detail = format!("Nothing in Gridkey asks for the permission {permission}.");
            return Err(Problem::invalid("unknown_permission", detail)
                .fix("GET /v1/permissions lists those that there are."));
        }
        read.push(permission);
    }
    read.sort_unstable();
    read.dedup();
    Ok(read)
}

fn texts(permissions: &[Permission]) -> Vec<String> {
    permissions.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[&str]) -> Result<Vec<String>, &'static str> {
        let list: Vec<String> = list.iter().map(|&text| text.to_owned()).collect();
        permissions(&list).map(|read| texts(&read)).map_err(|problem| problem.code)
    }

    #[test]
    fn permissions_are_sorted_once_each_and_known() {
        assert_eq!(
            read(&["users:read", "reports:write", "users:read"]).unwrap(),
            ["reports:write", "users:read"]
        );
        assert_eq!(read(&["users:fly"]), Err("unknown_permission"));
        assert_eq!(read(&["*:fly"]), Err("unknown_permission"));
        assert_eq!(read(&["users:read:ada"]).unwrap(), ["users:read:ada"]);
        assert_eq!(read(&["*:*"]).unwrap(), ["*:*"]);
        assert_eq!(read(&["reports"]), Err("invalid_permission"));
        assert_eq!(read(&["a:b"; 201]), Err("too_many"));
    }
}
