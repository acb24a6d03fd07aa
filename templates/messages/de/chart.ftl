# Charts of requests.
chart-requests-day = Anfragen in den letzten 24 Stunden
chart-requests-week = Anfragen in den letzten 7 Tagen
chart-requests-month = Anfragen in den letzten 30 Tagen
chart-requests-quarter = Anfragen in den letzten 90 Tagen
chart-from = Ab
chart-bar = { $when }: { $count ->
    [one] { $count } Anfrage
   *[other] { $count } Anfragen
}
chart-allowed = Zugelassen
chart-limited = Über einem Limit
chart-refused = Abgelehnt
chart-most = Höchster Balken: { $count ->
    [one] { $count } Anfrage
   *[other] { $count } Anfragen
}
chart-empty = Keine Anfragen in dieser Zeit.
chart-activity = { $count ->
    [one] { $count } Anfrage in den letzten 36 Stunden, davon { $refused } abgelehnt
   *[other] { $count } Anfragen in den letzten 36 Stunden, davon { $refused } abgelehnt
}
chart-activity-none = Keine Anfragen
chart-numbers = Dasselbe als Tabelle
