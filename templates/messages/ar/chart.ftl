# Charts of requests.
chart-requests-day = الطلبات في آخر 24 ساعة
chart-requests-week = الطلبات في آخر 7 أيام
chart-requests-month = الطلبات في آخر 30 يومًا
chart-requests-quarter = الطلبات في آخر 90 يومًا
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
chart-activity = { $count ->
    [one] طلب واحد في آخر 36 ساعة، رُفض منها { $refused }
    [two] طلبان في آخر 36 ساعة، رُفض منها { $refused }
    [few] { $count } طلبات في آخر 36 ساعة، رُفض منها { $refused }
    [many] { $count } طلبًا في آخر 36 ساعة، رُفض منها { $refused }
   *[other] { $count } طلب في آخر 36 ساعة، رُفض منها { $refused }
}
chart-activity-none = لا طلبات
chart-numbers = البيانات نفسها في جدول
