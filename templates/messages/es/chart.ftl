# Charts of requests.
chart-requests-day = Solicitudes de las últimas 24 horas
chart-requests-week = Solicitudes de los últimos 7 días
chart-requests-month = Solicitudes de los últimos 30 días
chart-requests-quarter = Solicitudes de los últimos 90 días
chart-from = Desde
chart-bar = { $when }: { $count ->
    [one] { $count } solicitud
   *[other] { $count } solicitudes
}
chart-allowed = Permitidas
chart-limited = Por encima de un límite
chart-refused = Rechazadas
chart-most = Barra más alta: { $count ->
    [one] { $count } solicitud
   *[other] { $count } solicitudes
}
chart-empty = Ninguna solicitud en este periodo.
chart-activity = { $count ->
    [one] { $count } solicitud en las últimas 36 horas, { $refused } rechazadas
   *[other] { $count } solicitudes en las últimas 36 horas, { $refused } rechazadas
}
chart-activity-none = Ninguna solicitud
chart-numbers = Lo mismo en una tabla
