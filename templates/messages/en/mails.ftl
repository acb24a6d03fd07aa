# Mails. What is put in stands on a line of its own where it is to be opened or copied.
mail-reset-subject = Choose a new password
mail-reset-why = Somebody, probably you, asked for a new password for this e-mail address.
mail-reset-open = To choose a new password for your account in { $organization }, open:
mail-reset-lasts = { $links ->
    [one] The link works once, for { $span }.
   *[other] Each link works once, for { $span }.
}
mail-reset-ignore = If you did not ask for this, ignore this mail: your password stays as it is.
mail-asked = An administrator of { $organization } asks you to choose a new password for your account. Open:
mail-asked-lasts = The link works once, for { $span }. Until you use it, your password stays as it is.
mail-changed-subject = Your password was changed
mail-changed = The password of your account in { $organization } was changed.
mail-changed-everywhere = The password of your account in { $organization } was changed, and every device was signed out.
mail-changed-not-you = If that was not you, choose another password now and tell your administrator:
mail-invited-subject = You are invited
mail-invited = You are invited to join { $organization }. To choose a password for your account, open:
mail-invited-lasts = The link works once, for { $span }.
mail-invited-ignore = If you do not know what this is about, ignore this mail.
mail-key-created-subject = A new API key
mail-key-created = An API key was made in { $organization }:
mail-key-ends = It stops working on { $end }.
mail-key-endless = It never stops working by itself.
mail-key-unexpected = If you expected this, there is nothing to do. If not, revoke the key and tell an administrator of { $organization }:
mail-key-rotated-subject = An API key was rotated
mail-key-rotated = The secret of an API key in { $organization } was replaced:
mail-key-previous = The secret before it works until { $end }: give programs the new one by then.
mail-key-previous-ended = The secret before it does not work any more.
mail-key-exposed-subject = An API key was exposed
mail-key-exposed = A secret of an API key in { $organization } was found where others can read it:
mail-key-exposed-revoked = The key was revoked at once and never works again. Make a new key and give it to the programs that used this one.
mail-key-exposed-disabled = The key was disabled at once, as the organisation decided. Make a new key and give it to the programs that used this one. If the report was a mistake, an administrator can enable the key again.
mail-key-exposed-previous = What leaked is the secret before the present one; it was ended at once. The present secret still works. Make sure that every program has the present secret, and rotate the key if you are in doubt.
mail-key-exposed-next = Take the secret out of the place where it was found: the audit log says where, if whoever reported it did. Then look at what was done with the key:
mail-key-spiked-subject = An API key was disabled
mail-key-spiked = An API key in { $organization } was used so much more than usual that it was disabled, as the organisation decided:
mail-key-spiked-look = Look at how often and from where it was used:
mail-key-spiked-yours = If that was you, enable it again:
mail-key-spiked-other = If not, somebody else may have its secret: revoke it, and give your programs a new one.
mail-key-ending-subject = An API key expires soon
mail-key-ending = An API key in { $organization } soon stops working:
mail-key-ending-when = It stops working in { $span }, on { $end }.
mail-key-ending-next = Give it a later end, or make a new key and give it to the programs that use this one:
mail-key-ended-subject = An API key has expired
mail-key-ended = An API key in { $organization } has stopped working:
mail-key-ended-when = It stopped working on { $end }.
mail-key-ended-next = If programs still need it, give it a later end or make a new one:
