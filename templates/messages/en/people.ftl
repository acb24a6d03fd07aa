# One person, page by page, and changes to many.
field-slug = Short name
choose = Choose …
users-team = Team
user-is-suspended = This person is suspended: they cannot sign in, and their keys do not work.
user-is-deleted = This person is in the recycle bin. They can be restored until it is emptied.
user-is-invited = This person has not joined yet.
user-tabs = Pages of this person
user-tab-profile = Profile
user-tab-roles = Roles
user-tab-teams = Teams
user-tab-sessions = Sessions
user-tab-permissions = Permissions
user-tab-keys = API keys
user-roles-own = Roles that this person holds
user-roles-by-team = Roles by teams
user-permissions-empty = No permissions
user-permissions-empty-text = No role gives this person anything: signing in to applications is all that they may do.
user-permission = Permission
user-permission-from = Comes from
user-permission-by-team = { $role } by the team { $team }
user-sessions-empty = Signed in nowhere
user-sessions-empty-text = A session begins when this person signs in in a browser.
user-session-program = Program
user-session-address = Address
user-session-began = Signed in
user-session-seen = Last seen
user-session-ends = Ends
user-session-end = End session
done-user-session = The session and its tokens have ended.
user-teams-empty = In no team
user-teams-empty-text = A team gives its roles to all of its members at once.
user-team-leave = Take out
user-team-join = Add to team
user-team-join-which = Team
user-team-choose = Choose a team.
users-bulk-label = Change several people at once
users-bulk-action = Selected people
users-bulk-role = Role
users-bulk-any-role = None
users-bulk-everybody = Everybody who fits the filters, on every page
users-bulk-preview = Preview
users-bulk-select = Select
users-bulk-select-one = Select { $name }
users-bulk-nobody = Nobody is selected. Go back and tick the people who are meant.
users-bulk-no-role = No role is chosen. Go back and choose the role to give or take.
users-bulk-suspend = Suspend
users-bulk-suspend-effect = Ends every session, token and key of these people within a second. They cannot sign in until they are activated again.
users-bulk-resume = Activate
users-bulk-resume-effect = These people can sign in again. Their keys work again too.
users-bulk-assign-role = Give a role
users-bulk-assign-role-effect = These people hold the role { $role } from now on.
users-bulk-withdraw-role = Take a role
users-bulk-withdraw-role-effect = These people lose the role { $role }. What a team gives them stays.
users-bulk-delete = Delete
users-bulk-delete-effect = Moves these people to the recycle bin and ends their sessions, tokens and keys. They can be brought back for 7 days.
users-bulk-changed = { $count ->
    [0] Nobody would be changed.
    [one] { $count } person will be changed.
   *[other] { $count } people will be changed.
}
users-bulk-matched = { $count ->
    [one] { $count } person is meant.
   *[other] { $count } people are meant.
}
users-bulk-unchanged = { $count ->
    [one] { $count } person is that way already.
   *[other] { $count } people are that way already.
}
users-bulk-refused = { $count ->
    [one] { $count } person may do more than you, or is you, and stays as they are.
   *[other] { $count } people may do more than you, or are you, and stay as they are.
}
users-bulk-not-found = { $count ->
    [one] { $count } person is not here any more.
   *[other] { $count } people are not here any more.
}
done-users-bulk = Changed: { $changed }. Left as they were: { $kept }.
user-tab-activity = Activity
user-activity-empty = Nothing has happened yet
user-activity-empty-text = What this person does, and what is done to their account, will stand here.
