# Charts of requests.
chart-requests-day = Requêtes des dernières 24 heures
chart-requests-week = Requêtes des 7 derniers jours
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
chart-numbers = Les mêmes données en tableau
