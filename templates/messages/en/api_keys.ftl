nav-access = Access
nav-api-keys = API keys
keys-heading = API keys
keys-own-heading = My API keys
keys-own-text = Keys that act for you: with your permissions at most, and no longer than your account.
keys-search = Name begins with
keys-status = Status
keys-empty = No API keys yet
keys-empty-text = A key lets a program call an API. Make one for each program and each place where it runs.
key-status-active = Active
key-status-expired = Expired
key-status-disabled = Disabled
key-status-revoked = Revoked
key-health-operational = Operational
key-health-operational-advice = There is nothing to do.
key-health-revoked = Revoked
key-health-revoked-advice = The key never works again. Make a new one if programs still need it.
key-health-expired = Expired
key-health-expired-advice = The key ended and is refused. Give it a new end below, or revoke it.
key-health-disabled = Disabled
key-health-disabled-advice = The key is refused until somebody enables it.
key-health-exposed = Exposed
key-health-exposed-advice = The secret was seen where no secret should be. Rotate the key without a grace, or revoke it.
key-health-spike = Sudden growth
key-health-spike-advice = The key is used far more than usual. Look at where its requests come from. If that is not you, rotate the key without a grace.
key-health-new-network = New network
key-health-new-network-advice = Within the last day the key was used from a network for the first time. If no program of yours runs there, rotate the key, and limit its addresses.
key-health-rate-limited = Rate limited
key-health-rate-limited-advice = Requests with the key were told to wait. Let the program ask less often, or give the key a higher limit.
key-health-expires-soon = Expires soon
key-health-expires-soon-advice = The key ends within two weeks. Rotate it or give it a new end before programs fail.
key-health-unused-90-days = Unused for 90 days
key-health-unused-90-days-advice = Nothing has used this key for 90 days. Revoke it if nothing needs it.
key-why-by-owner = Its owner did that.
key-why-by-administrator = An administrator did that.
key-why-owner-deleted = Its owner was deleted.
key-why-exposed = Its secret was found where others can read it.
key-why-spike = Its use suddenly grew.
keys-health = Condition
keys-health-explained = What the conditions mean and what to do
keys-activity = Last 36 hours
keys-download-csv = Export as CSV
keys-download-jsonl = Export as JSONL
keys-bulk-label = Change several keys at once
keys-bulk-action = Selected keys
keys-bulk-everything = Every key that fits the filters, on every page
keys-bulk-none = No key is selected. Go back and tick the keys that are meant.
keys-bulk-disable = Disable keys
keys-bulk-disable-effect = These keys are refused within a second, everywhere. They can be enabled again.
keys-bulk-enable = Enable keys
keys-bulk-enable-effect = These keys work again.
keys-bulk-revoke = Revoke keys
keys-bulk-revoke-effect = These keys are refused within a second, everywhere, and so are the tokens that they were exchanged for. This cannot be undone.
keys-bulk-changed = { $count ->
    [one] { $count } key will be changed.
   *[other] { $count } keys will be changed.
}
keys-bulk-matched = { $count ->
    [one] { $count } key is meant.
   *[other] { $count } keys are meant.
}
keys-bulk-unchanged = { $count ->
    [one] { $count } is so already, or was revoked.
   *[other] { $count } are so already, or were revoked.
}
keys-bulk-refused = { $count ->
    [one] { $count } may do more than you or needs an administrator, and stays as it is.
   *[other] { $count } may do more than you or need an administrator, and stay as they are.
}
keys-bulk-not-found = { $count ->
    [one] { $count } is not there.
   *[other] { $count } are not there.
}
keys-bulk-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
done-keys-bulk-disable = Disabled: { $changed }. Left as they were: { $kept }.
done-keys-bulk-enable = Enabled: { $changed }. Left as they were: { $kept }.
done-keys-bulk-revoke = Revoked: { $changed }. Left as they were: { $kept }.
key-usage-span = How far back
key-usage-day = 24 hours
key-usage-week = 7 days
key-usage-month = 30 days
key-usage-quarter = 90 days
key-usage-csv = Export as CSV
key-history = What was done to it
key-history-none = Nothing is known.
key-history-all = All of it in the audit log
key-create = Create API key
key-new-heading = Create an API key
key-secret = Secret
key-owner = Owner
key-owner-me = Me
key-owner-hint = A service account outlives the people who made it. Your own keys end with your account.
key-last-used = Last used
key-expires = Expires
key-name-hint = The program and where it runs, such as “Deployment, staging”.
key-description = What it is for
key-permission = Permission
key-level-read-only = Read only
key-level-read-only-text = May look and call, and change nothing.
key-level-read-write = Read and write
key-level-read-write-text = May also change things, but not keys.
key-level-admin = All
key-level-admin-text = May do everything that its owner may, also manage keys.
key-level-scopes = Restricted
key-level-scopes-text = May do only what is ticked below.
key-scopes = Permissions of a restricted key
key-limits = Limits
key-addresses = Allowed addresses
key-addresses-hint = One address or network on each line, such as 192.0.2.0/24. Empty means from anywhere.
key-rate = Requests per minute
key-rate-hint = Empty follows the organisation’s limit.
key-rate-unreadable = Enter a whole number of requests per minute.
key-expiry = Expiry
key-expiry-keep = As it is
key-expiry-custom = On a day
key-expiry-on = Day
key-expiry-never = Never
key-never-confirm = I know that a key that never expires works until somebody revokes it.
key-never-unconfirmed = Tick the box below “Never”, or choose an end.
key-day-unreadable = Choose when the key ends.
key-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
key-made-heading = API key created
key-rotated-heading = New secret
key-secret-once = Copy this secret now. It is shown only this once and cannot be read again.
key-secret-kept = I have copied it
key-try = Try it
key-usage = Use
key-waiting = Waiting for the first request
key-waiting-text = Call an API with the key, for example:
key-networks = Used from
key-uses = Last uses
key-uses-hint = The newest 20. Uses that are alike within a minute share a line.
key-use-agent = Program
key-use-door = Used at
key-use-requests = Requests
key-door-verify = Verdict
key-door-forward-auth = Proxy
key-door-api = Management API
key-door-session = Sign-in by key
key-door-token = Token exchange
key-door-revocations = Stream of revocations
key-may = May do right now
key-change = Change
key-previous-used = The old secret ends { $ends }. It was last used { $used }.
key-previous-quiet = The old secret ends { $ends }. Nothing has used it since the rotation.
key-rotate = Rotate
key-rotate-effect = Makes a new secret for the same key. The old one works on for the time that you choose, to the second.
key-grace = The old secret works for
key-grace-0 = no longer: it ends at once
key-grace-900 = 15 minutes
key-grace-3600 = 1 hour
key-grace-21600 = 6 hours
key-grace-86400 = 24 hours
key-grace-604800 = 7 days
key-grace-2592000 = 30 days
key-disable = Disable
key-disable-effect = The key is refused within a second, everywhere. It can be enabled again.
key-enable = Enable
key-enable-effect = The key works again.
key-revoke = Revoke
key-revoke-effect = The key is refused within a second, everywhere, and so are the tokens that it was exchanged for. This cannot be undone.
key-outcome-allowed = Allowed
key-outcome-rate-limited = Rate limited
key-outcome-permission-denied = Permission denied
key-outcome-expired = Expired
key-outcome-disabled = Disabled
key-outcome-revoked = Revoked
key-outcome-address-not-allowed = Address not allowed
key-outcome-owner-inactive = Owner suspended or gone
key-outcome-wrong-tenant = Another organisation’s
key-outcome-wrong-header = Wrong header
done-key-disable = Disabled. No edge accepts it any more.
done-key-enable = Enabled.
done-key-revoke = Revoked. No edge accepts it any more.
