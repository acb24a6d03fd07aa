# What every page says.
skip-link = Skip to the content
error-prefix = Error:
nav-label = Pages
looking-at = Looking at { $slug } – leave
user-menu = Menu of { $name }
menu-account = My account
menu-console = Console
menu-switch = Use another account
menu-language = Language
menu-theme = Colours
menu-save = Save
menu-sign-out = Sign out
theme-system = As the system
theme-light = Light
theme-dark = Dark
recipes = The same from the shell
copy = Copy
copied = Copied
pager-label = Pages of the list
pager-first = First page
pager-next = Next page
list-count = { $count ->
    [0] No entry
    [one] One entry
   *[other] { $count } entries
}
list-count-more = { $count } entries on this page, and more on the next
filter-apply = Filter
filter-clear = Clear filters
filter-all = All
filter-named = { $what } (short name)
picker-search = { $what }: search by short name
picker-find = Find
picker-first = The first { $count } are listed below. Search to reach the others.
picker-found = { $count ->
    [one] One short name begins with “{ $text }”.
   *[other] { $count } short names begin with “{ $text }”.
}
picker-found-more = More than { $count } short names begin with “{ $text }”. Type more of the one that you mean.
picker-none = No short name begins with “{ $text }”.
nothing-matches = Nothing matches
nothing-matches-text = No entry fits these filters.
cancel = Cancel
save = Save
back = Back
yes = Yes
no = No
never = Never
unknown = Unknown
identifier = Identifier
created = Created
changed = Changed
confirm-heading = Confirm that it is you
confirm-why = You are about to change something, and your last sign-in was a while ago. Enter your password to go on; what you entered is kept.
confirm-button = Confirm
confirm-wrong = That is not the right password.
confirm-throttled = Too many attempts. Try again in { $wait }.
field-password = Password
field-email = E-mail address
field-name = Name
time-now = just now
time-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
time-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
time-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
time-in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
time-in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
time-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
done-created = Created.
done-saved = Saved.
done-deleted = Deleted.
