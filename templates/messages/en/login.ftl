# The sign-in pages, and what all forms say.
error-summary = There is a problem
request-id = Request id:
show = Show
show-password = Show password
password-rule = At least { $minimum } characters. Any characters count, spaces too. A few words that do not belong together are easy to remember and hard to guess; common passwords and your own name are refused.
span-second = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
span-minute = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hour = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-day = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
login-sign-in = Sign in
login-sign-out = Sign out
login-sign-out-named = Sign out { $name }, { $organization }
login-sign-out-all = Sign out of all accounts
login-continue = Continue
login-go-back = Go back
login-back = Back to sign-in
login-search = Search
login-other-account = Use another account
login-enter-email = Enter your e-mail address.
login-forgotten = Forgotten your password?
login-start = Sign-in begins in the application that you want to use. Open it and choose to sign in there; it will bring you back here.
login-signed-out-heading = You are signed out
login-signed-out = You can close this page, or go back to the application to sign in again.
login-nobody-heading = You are not signed in
login-nobody = Nobody is signed in in this browser. To sign in, start from the application that you want to use.
login-accounts-heading = You are signed in
login-accounts = These accounts are signed in in this browser. To use one, start from the application that you want to use.
login-choose-sign-out = Choose an account to sign out.
login-account-heading = Choose an account
login-account-gone = That account is not signed in any more. Choose another one.
login-organization-heading = Choose your organisation
login-organization-text = { $email } has an account in several organisations.
login-organization-find = Find an organisation
login-organization-none = No organisation has “{ $wanted }” in its name.
login-organization-all = Show all organisations
login-organization-choose = Choose an organisation.
login-password-heading = Enter your password
login-password-wrong = The e-mail address or the password is not right.
login-enter-password = Enter your password.
login-enter-a-password = Enter a password.
login-throttled = Too many attempts
login-throttled-text = There were too many attempts. To protect accounts, no more are taken for now. Try again in { $wait }.
login-throttled-forgot = If you do not remember your password, choose a new one instead of guessing.
login-throttled-reset = Reset your password
login-forgot-heading = Forgotten password
login-forgot-text = Enter the e-mail address of your account. You will get a mail with a link to choose a new password.
login-forgot-submit = Send reset link
login-no-mail = This server sends no mail. Ask your administrator for a link to choose a new password.
login-sent-heading = Check your mail
login-sent = If an account exists for the address that you gave, a mail with a link is on its way. It can take a few minutes; look into your spam folder, too.
login-link-ended = This link has ended
login-reset-heading = Choose a new password
login-reset-text = For your account in { $organization }. Every device that is signed in to it will be signed out.
login-reset-ended = A link to choose a new password works once, for a short time. This one was used, is too old, or is incomplete.
login-reset-again = Get a new link
login-reset-done-heading = Password changed
login-reset-done = Your password is changed, and every device was signed out. Go back to the application and sign in with the new password.
login-new-password = New password
login-change-password = Change password
login-invitation-heading = Choose a password
login-invitation-text = You are invited to join { $organization }. With a password of your own, your account is ready.
login-invitation-ended-heading = This invitation has ended
login-invitation-ended = An invitation works once, for seven days. This one was used, was taken back, is too old, or is incomplete. Ask whoever invited you for a new one.
login-join = Join
login-welcome = Welcome
login-welcome-text = Your account is ready. Open the application that you were invited to and sign in with your new password.
login-to-account = Go to your account
login-setup-heading = Set up Gridkey
login-setup-text = This makes your organisation and its first administrator. The link works once.
login-setup-organization = Organisation
login-setup-slug = Short name for web addresses (optional)
login-setup-slug-hint = Small letters, digits and hyphens, such as acme. Left empty, it is made from the organisation’s name.
login-setup-slug-taken = Another organisation has this short name. Choose a different one.
login-setup-name = Your name
login-setup-submit = Create organisation
login-setup-ended = A set-up link works once, for a limited time. This one was used, is too old, or is incomplete.
login-setup-again = Make a new one on the server:
login-consent-heading = Allow { $app } to use your account?
login-consent-wants = { $app } at { $host } wants to:
login-consent-away = It keeps this access for up to { $time }, even after you sign out.
login-consent-until = It keeps this access until you sign out, for up to { $time }.
login-consent-allow = Allow access
login-consent-trust = Allow this only if you trust the application. You are sent back to it either way.
login-consent-choose = Choose whether to allow access.
login-device-heading = Connect a device
login-device-text = Enter the code that the program or device shows you.
login-device-compare = Compare this code with the one that the program or device shows. Go on only if they are the same.
login-device-code = Code
login-device-code-hint = Eight letters, such as WDJB-MJHT.
login-device-enter = Enter the code.
login-device-wrong = This code is wrong, has expired, or was used already. A code works once, for ten minutes. Check it, or start again in the program to get a new one.
login-device-confirm-heading = Let { $app } use your account?
login-device-wants = { $app }, an application of { $organization }, runs on another device and wants to:
login-device-started = Started { $time } from { $address }.
login-device-program = It calls itself { $program }.
login-device-warning = Allow this only if you started it yourself just now. If somebody sent you the code or a link, do not: they would get into your account.
login-device-deny = Do not allow
login-device-gone-heading = This code cannot be used any more
login-device-expired = The code has expired: it works for ten minutes. Start again in the program to get a new one.
login-device-used = The code was used already, or was withdrawn. Start again in the program to get a new one.
login-device-again = Enter another code
login-device-allowed-heading = Your device is connected
login-device-allowed = The program goes on by itself in a few seconds. You can close this window.
login-device-denied-heading = Access denied
login-device-denied = The program was not let in. You can close this window.
