# What every page says.
skip-link = الانتقال إلى المحتوى
error-prefix = خطأ:
nav-label = الصفحات
looking-at = عرض { $slug } – مغادرة
user-menu = قائمة { $name }
menu-account = حسابي
menu-console = لوحة الإدارة
menu-switch = استخدام حساب آخر
menu-language = اللغة
menu-theme = الألوان
menu-save = حفظ
menu-sign-out = تسجيل الخروج
theme-system = وفق النظام
theme-light = فاتح
theme-dark = داكن
recipes = الإجراء نفسه من سطر الأوامر
copy = نسخ
copied = تم النسخ
pager-label = صفحات القائمة
pager-first = الصفحة الأولى
pager-next = الصفحة التالية
list-count = { $count ->
    [0] لا توجد إدخالات
    [one] إدخال واحد
    [two] إدخالان
    [few] { $count } إدخالات
    [many] { $count } إدخالًا
   *[other] { $count } إدخال
}
list-count-more = عدد الإدخالات في هذه الصفحة { $count }، والمزيد في الصفحة التالية
filter-apply = تصفية
filter-clear = مسح عوامل التصفية
filter-all = الكل
filter-named = { $what } (الاسم المختصر)
picker-search = { $what }: البحث بالاسم المختصر
picker-find = بحث
picker-first = تظهر أدناه أول { $count } من الخيارات. ابحث للوصول إلى البقية.
picker-found = { $count ->
    [zero] لا يبدأ أي اسم مختصر بـ «{ $text }».
    [one] اسم مختصر واحد يبدأ بـ «{ $text }».
    [two] اسمان مختصران يبدآن بـ «{ $text }».
    [few] { $count } أسماء مختصرة تبدأ بـ «{ $text }».
    [many] { $count } اسمًا مختصرًا تبدأ بـ «{ $text }».
   *[other] { $count } اسم مختصر تبدأ بـ «{ $text }».
}
picker-found-more = أكثر من { $count } اسم مختصر تبدأ بـ «{ $text }». اكتب المزيد من الاسم المقصود.
picker-none = لا يبدأ أي اسم مختصر بـ «{ $text }».
nothing-matches = لا توجد نتائج مطابقة
nothing-matches-text = لا يوجد إدخال يطابق عوامل التصفية هذه.
cancel = إلغاء
save = حفظ
back = رجوع
yes = نعم
no = لا
never = لا يوجد
unknown = غير معروف
identifier = المعرّف
created = تاريخ الإنشاء
changed = تاريخ التغيير
confirm-heading = أكّد أنك صاحب الحساب
confirm-why = أنت على وشك إجراء تغيير، وقد مضى وقت على آخر تسجيل دخول لك. أدخل كلمة المرور للمتابعة؛ وسيُحفظ ما أدخلته.
confirm-button = تأكيد
confirm-wrong = كلمة المرور غير صحيحة.
confirm-throttled = محاولات كثيرة جدًا. حاول مرة أخرى بعد { $wait }.
field-password = كلمة المرور
field-email = عنوان البريد الإلكتروني
field-name = الاسم
time-now = الآن
time-minutes-ago = { $count ->
    [zero] قبل { $count } دقيقة
    [one] قبل دقيقة واحدة
    [two] قبل دقيقتين
    [few] قبل { $count } دقائق
    [many] قبل { $count } دقيقة
   *[other] قبل { $count } دقيقة
}
time-hours-ago = { $count ->
    [zero] قبل { $count } ساعة
    [one] قبل ساعة واحدة
    [two] قبل ساعتين
    [few] قبل { $count } ساعات
    [many] قبل { $count } ساعة
   *[other] قبل { $count } ساعة
}
time-days-ago = { $count ->
    [zero] قبل { $count } يوم
    [one] قبل يوم واحد
    [two] قبل يومين
    [few] قبل { $count } أيام
    [many] قبل { $count } يومًا
   *[other] قبل { $count } يوم
}
time-in-minutes = { $count ->
    [zero] بعد { $count } دقيقة
    [one] بعد دقيقة واحدة
    [two] بعد دقيقتين
    [few] بعد { $count } دقائق
    [many] بعد { $count } دقيقة
   *[other] بعد { $count } دقيقة
}
time-in-hours = { $count ->
    [zero] بعد { $count } ساعة
    [one] بعد ساعة واحدة
    [two] بعد ساعتين
    [few] بعد { $count } ساعات
    [many] بعد { $count } ساعة
   *[other] بعد { $count } ساعة
}
time-in-days = { $count ->
    [zero] بعد { $count } يوم
    [one] بعد يوم واحد
    [two] بعد يومين
    [few] بعد { $count } أيام
    [many] بعد { $count } يومًا
   *[other] بعد { $count } يوم
}
done-created = تم الإنشاء.
done-saved = تم الحفظ.
done-deleted = تم الحذف.
