# Who is signed in where.
nav-sessions = Sessions
sessions-heading = Sessions
sessions-search = E-mail ou identifiant d’une personne
sessions-empty = Personne n’est connecté
sessions-empty-text = Qui se connecte apparaît ici jusqu’à la fin de sa session.
session-person = Personne
session-this = Celle-ci
session-address = Depuis quelle adresse
session-browser = Navigateur
session-methods = Connexion avec
session-began = Début
session-seen = Dernière visite
session-ends = Fin
session-end = Mettre fin à la session
session-end-effect = Déconnecte cette personne de ce navigateur et met fin aux jetons issus de la session. Elle peut se reconnecter.
done-session-end = La session a pris fin.
