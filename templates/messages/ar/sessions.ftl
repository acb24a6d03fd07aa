# Who is signed in where.
nav-sessions = الجلسات
sessions-heading = الجلسات
sessions-search = البريد الإلكتروني لشخص أو معرّفه
sessions-empty = لا أحد مسجَّل الدخول
sessions-empty-text = يظهر هنا كل من يسجل الدخول إلى أن تنتهي جلسته.
session-person = الشخص
session-this = هذه الجلسة
session-address = عنوان المصدر
session-browser = المتصفح
session-methods = طريقة تسجيل الدخول
session-began = منذ
session-seen = آخر نشاط
session-ends = تاريخ الانتهاء
session-end = إنهاء الجلسة
session-end-effect = يسجّل خروج هذا الشخص من هذا المتصفح، ويُنهي الرموز المميزة التي نتجت عن الجلسة. ويمكنه تسجيل الدخول مرة أخرى.
done-session-end = أُنهيت الجلسة.
