# How keys are used.
nav-usage = Utilisation
usage-heading = Utilisation
usage-range = Période
usage-day = 24 heures
usage-week = 7 jours
usage-keys = Requêtes par clé
usage-empty = Aucune clé n’a été utilisée pendant cette période
usage-empty-text = Les requêtes avec des clés d’API et des clés de signature sont comptées ici selon leur issue.
