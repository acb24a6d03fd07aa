# Charts of requests.
chart-requests-day = الطلبات في آخر 24 ساعة
chart-requests-week = الطلبات في آخر 7 أيام
chart-from = من
chart-bar = { $when }: { $count ->
    [zero] لا طلبات
    [one] طلب واحد
    [two] طلبان
    [few] { $count } طلبات
    [many] { $count } طلبًا
   *[other] { $count } طلب
}
chart-allowed = مسموح
chart-limited = تجاوز الحد
chart-refused = مرفوض
chart-most = أعلى قيمة: { $count ->
    [zero] لا طلبات
    [one] طلب واحد
    [two] طلبان
    [few] { $count } طلبات
    [many] { $count } طلبًا
   *[other] { $count } طلب
}
chart-empty = لا توجد طلبات في هذه المدة.
chart-numbers = البيانات نفسها في جدول
