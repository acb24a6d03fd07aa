# APIs, for which tokens are given.
nav-apis = APIs
apis-heading = APIs
apis-status = Status
apis-new = New API
apis-empty = No APIs yet
apis-empty-text = Register an API to give its permissions to roles, and tokens that are good for it alone.
api-status-active = Active
api-status-disabled = Disabled
api-audience = Audience
api-audience-hint = A URI that names the API: it stands in the tokens for it and never changes.
api-permissions = Permissions
api-permissions-hint = What the API knows, one on each line, such as reports:read.
api-lifetime = Lifetime of access tokens in seconds
api-algorithm = Signature of access tokens
api-algorithm-usual = As everywhere
api-not-a-number = Enter a number of seconds without a fraction, or leave it empty.
api-count = { $count ->
    [one] { $count } permission
   *[other] { $count } permissions
}
api-create = Register API
api-disable = Disable
api-disable-effect = No tokens are given for this API until it is enabled again. Tokens that were given stand until they end.
api-enable = Enable
api-enable-effect = Tokens are given for this API again.
api-delete = Delete API
api-delete-effect = No tokens are given for this API any more, and its permissions are gone from the list that roles are made of. This cannot be undone.
done-api-disable = Disabled.
done-api-enable = Enabled.
