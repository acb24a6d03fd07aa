# Who is signed in where.
nav-sessions = Sessions
sessions-heading = Sessions
sessions-search = E-mail or identifier of a person
sessions-empty = Nobody is signed in
sessions-empty-text = Whoever signs in appears here until their session ends.
session-person = Person
session-this = This one
session-address = From which address
session-browser = Browser
session-methods = Signed in with
session-began = Since
session-seen = Last seen
session-ends = Ends
session-end = End session
session-end-effect = Signs this person out of this browser, and ends the tokens that came from the session. They can sign in again.
done-session-end = The session was ended.
