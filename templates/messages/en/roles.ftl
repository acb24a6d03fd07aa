# Roles and what they allow.
nav-roles = Roles & permissions
roles-heading = Roles & permissions
roles-search = Slug begins with
roles-new = New role
roles-empty = No roles
roles-empty-text = A role is a list of permissions under a name. People, service accounts and teams hold roles.
role-built-in = Built in
role-built-in-text = This role came with the product and cannot be changed. Copy it to make one of your own.
role-slug = Slug
role-slug-hint = Lower-case letters, digits, hyphens and underscores. It stands in tokens and never changes.
role-permissions = Permissions
role-permissions-of-api = of the API
role-others = Other permissions
role-others-hint = One on each line. A * stands for all, as in reports:*; a third part names one thing, as in reports:read:sales.
role-copy = Copy
role-create = Create role
role-count = { $count ->
    [one] { $count } permission
   *[other] { $count } permissions
}
role-holders = Who holds it
role-holders-none = Nobody holds this role.
role-holder-since = Since
role-holder-kind = Kind
role-holder-user = Person
role-holder-service-account = Service account
role-holder-team = Team
role-held-by = { $count ->
    [0] nobody holds it
    [one] held by { $count }
   *[other] held by { $count }
}
role-held-by-users = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
role-held-by-service-accounts = { $count ->
    [one] { $count } service account
   *[other] { $count } service accounts
}
role-held-by-teams = { $count ->
    [one] { $count } team
   *[other] { $count } teams
}
role-delete = Delete role
role-delete-effect = Whoever holds this role loses what it allows at once. This cannot be undone.
