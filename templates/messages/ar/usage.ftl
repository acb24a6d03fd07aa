# How keys are used.
nav-usage = الاستخدام
usage-heading = الاستخدام
usage-range = المدة
usage-day = 24 ساعة
usage-week = 7 أيام
usage-keys = الطلبات بحسب المفتاح
usage-empty = لم يُستخدم أي مفتاح في هذه المدة
usage-empty-text = تُحصى هنا الطلبات بمفاتيح API ومفاتيح التوقيع بحسب نتيجتها.
