# Charts of requests.
chart-requests-day = Requêtes des dernières 24 heures
chart-requests-week = Requêtes des 7 derniers jours
chart-requests-month = Requêtes des 30 derniers jours
chart-requests-quarter = Requêtes des 90 derniers jours
chart-from = À partir de
chart-bar = { $when } : { $count ->
    [one] { $count } requête
   *[other] { $count } requêtes
}
chart-allowed = Autorisées
chart-limited = Au-delà d’une limite
chart-refused = Refusées
chart-most = Barre la plus haute : { $count ->
    [one] { $count } requête
   *[other] { $count } requêtes
}
chart-empty = Aucune requête pendant cette période.
chart-activity = { $count ->
    [one] { $count } requête ces 36 dernières heures, dont { $refused } refusées
   *[other] { $count } requêtes ces 36 dernières heures, dont { $refused } refusées
}
chart-activity-none = Aucune requête
chart-numbers = Les mêmes données en tableau
