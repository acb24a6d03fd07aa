# The sign-in pages, and what all forms say.
error-summary = هناك مشكلة
request-id = معرّف الطلب:
show = إظهار
show-password = إظهار كلمة المرور
password-rule = { $minimum } من الأحرف على الأقل. تُقبل جميع الأحرف، بما فيها المسافات. بضع كلمات لا صلة بينها يسهل تذكرها ويصعب تخمينها؛ وتُرفض كلمات المرور الشائعة واسمك.
span-second = { $count ->
    [zero] { $count } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $count } ثوانٍ
    [many] { $count } ثانية
   *[other] { $count } ثانية
}
span-minute = { $count ->
    [zero] { $count } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $count } دقائق
    [many] { $count } دقيقة
   *[other] { $count } دقيقة
}
span-hour = { $count ->
    [zero] { $count } ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $count } ساعات
    [many] { $count } ساعة
   *[other] { $count } ساعة
}
span-day = { $count ->
    [zero] { $count } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}
login-sign-in = تسجيل الدخول
login-sign-out = تسجيل الخروج
login-sign-out-named = تسجيل خروج { $name }، { $organization }
login-sign-out-all = تسجيل الخروج من جميع الحسابات
login-continue = متابعة
login-go-back = رجوع
login-back = العودة إلى تسجيل الدخول
login-search = بحث
login-other-account = استخدام حساب آخر
login-enter-email = أدخل عنوان بريدك الإلكتروني.
login-forgotten = هل نسيت كلمة المرور؟
login-start = يبدأ تسجيل الدخول من التطبيق الذي تريد استخدامه. افتحه واختر تسجيل الدخول فيه؛ وسيعيدك إلى هنا.
login-signed-out-heading = تم تسجيل خروجك
login-signed-out = يمكنك إغلاق هذه الصفحة، أو العودة إلى التطبيق لتسجيل الدخول مرة أخرى.
login-nobody-heading = لم تسجّل الدخول
login-nobody = لا يوجد حساب مسجَّل الدخول في هذا المتصفح. لتسجيل الدخول، ابدأ من التطبيق الذي تريد استخدامه.
login-accounts-heading = تم تسجيل دخولك
login-accounts = هذه الحسابات مسجَّلة الدخول في هذا المتصفح. لاستخدام أحدها، ابدأ من التطبيق الذي تريد استخدامه.
login-choose-sign-out = اختر حسابًا لتسجيل خروجه.
login-account-heading = اختر حسابًا
login-account-gone = لم يعد ذلك الحساب مسجَّل الدخول. اختر حسابًا آخر.
login-organization-heading = اختر مؤسستك
login-organization-text = للعنوان { $email } حساب في عدة مؤسسات.
login-organization-find = البحث عن مؤسسة
login-organization-none = لا توجد مؤسسة يتضمن اسمها «{ $wanted }».
login-organization-all = عرض جميع المؤسسات
login-organization-choose = اختر مؤسسة.
login-password-heading = أدخل كلمة المرور
login-password-wrong = عنوان البريد الإلكتروني أو كلمة المرور غير صحيحين.
login-enter-password = أدخل كلمة المرور الخاصة بك.
login-enter-a-password = أدخل كلمة مرور.
login-throttled = محاولات كثيرة جدًا
login-throttled-text = جرت محاولات كثيرة جدًا. حمايةً للحسابات، لا تُقبل محاولات أخرى في الوقت الحالي. حاول مرة أخرى بعد { $wait }.
login-throttled-forgot = إذا كنت لا تتذكر كلمة المرور، فاختر كلمة مرور جديدة بدلًا من التخمين.
login-throttled-reset = إعادة تعيين كلمة المرور
login-forgot-heading = كلمة مرور منسية
login-forgot-text = أدخل عنوان البريد الإلكتروني لحسابك. ستصلك رسالة تتضمن رابطًا لاختيار كلمة مرور جديدة.
login-forgot-submit = إرسال رابط إعادة التعيين
login-no-mail = لا يرسل هذا الخادم رسائل بريد. اطلب من المسؤول رابطًا لاختيار كلمة مرور جديدة.
login-sent-heading = تحقق من بريدك
login-sent = إذا كان هناك حساب للعنوان الذي أدخلته، فقد أُرسلت إليه رسالة تتضمن رابطًا. قد يستغرق وصولها بضع دقائق؛ ابحث في مجلد الرسائل غير المرغوب فيها أيضًا.
login-link-ended = انتهى هذا الرابط
login-reset-heading = اختر كلمة مرور جديدة
login-reset-text = لحسابك في { $organization }. سيتم تسجيل الخروج من كل جهاز مسجَّل الدخول إلى هذا الحساب.
login-reset-ended = رابط اختيار كلمة مرور جديدة صالح لمرة واحدة ولمدة قصيرة. هذا الرابط مستخدم أو قديم جدًا أو غير مكتمل.
login-reset-again = الحصول على رابط جديد
login-reset-done-heading = تم تغيير كلمة المرور
login-reset-done = تم تغيير كلمة المرور وتسجيل الخروج من كل الأجهزة. عد إلى التطبيق وسجّل الدخول بكلمة المرور الجديدة.
login-new-password = كلمة المرور الجديدة
login-change-password = تغيير كلمة المرور
login-invitation-heading = اختر كلمة مرور
login-invitation-text = أنت مدعو للانضمام إلى { $organization }. يصبح حسابك جاهزًا بمجرد اختيار كلمة مرور خاصة بك.
login-invitation-ended-heading = انتهت هذه الدعوة
login-invitation-ended = الدعوة صالحة لمرة واحدة ولمدة سبعة أيام. هذه الدعوة مستخدمة أو مسحوبة أو قديمة جدًا أو غير مكتملة. اطلب دعوة جديدة ممن دعاك.
login-join = انضمام
login-welcome = مرحبًا بك
login-welcome-text = حسابك جاهز. افتح التطبيق الذي دُعيت إليه وسجّل الدخول بكلمة المرور الجديدة.
login-to-account = الانتقال إلى حسابك
login-setup-heading = إعداد Gridkey
login-setup-text = ينشئ هذا الإجراء مؤسستك ومسؤولها الأول. الرابط صالح لمرة واحدة.
login-setup-organization = المؤسسة
login-setup-slug = الاسم المختصر لعناوين الويب (اختياري)
login-setup-slug-hint = أحرف لاتينية صغيرة وأرقام وشرطات، مثل acme. إذا تُرك فارغًا، يُشتق من اسم المؤسسة.
login-setup-slug-taken = تستخدم مؤسسة أخرى هذا الاسم المختصر. اختر اسمًا آخر.
login-setup-name = اسمك
login-setup-submit = إنشاء المؤسسة
login-setup-ended = رابط الإعداد صالح لمرة واحدة ولمدة محدودة. هذا الرابط مستخدم أو قديم جدًا أو غير مكتمل.
login-setup-again = أنشئ رابطًا جديدًا على الخادم:
login-consent-heading = هل تسمح لـ { $app } باستخدام حسابك؟
login-consent-wants = يريد { $app } على { $host } ما يلي:
login-consent-away = يحتفظ التطبيق بإمكانية الوصول هذه لمدة تصل إلى { $time }، حتى بعد تسجيل خروجك.
login-consent-until = يحتفظ التطبيق بإمكانية الوصول هذه حتى تسجيل خروجك، لمدة تصل إلى { $time }.
login-consent-allow = السماح بالوصول
login-consent-trust = لا تسمح بذلك إلا إذا كنت تثق بالتطبيق. وستعود إليه في كلتا الحالتين.
login-consent-choose = اختر ما إذا كنت تريد السماح بالوصول.
login-device-heading = ربط جهاز
login-device-text = أدخل الرمز الذي يعرضه البرنامج أو الجهاز.
login-device-compare = قارن هذا الرمز بالرمز الذي يعرضه البرنامج أو الجهاز. لا تتابع إلا إذا كانا متطابقين.
login-device-code = الرمز
login-device-code-hint = ثمانية أحرف، مثل WDJB-MJHT.
login-device-enter = أدخل الرمز.
login-device-wrong = هذا الرمز خاطئ أو انتهت صلاحيته أو استُخدم من قبل. يعمل الرمز مرة واحدة لمدة عشر دقائق. تحقق منه، أو ابدأ من جديد في البرنامج للحصول على رمز جديد.
login-device-confirm-heading = هل تسمح لـ { $app } باستخدام حسابك؟
login-device-wants = { $app }، وهو تطبيق تابع لـ { $organization }، يعمل على جهاز آخر ويريد:
login-device-started = بدأ ذلك { $time } من { $address }.
login-device-program = يسمي البرنامج نفسه { $program }.
login-device-warning = اسمح بذلك فقط إذا كنت أنت من بدأه للتو. إذا أرسل إليك أحد الرمز أو رابطًا فلا تسمح: سيدخل إلى حسابك.
login-device-deny = عدم السماح
login-device-gone-heading = لم يعد هذا الرمز صالحًا
login-device-expired = انتهت صلاحية الرمز: فهو يعمل لمدة عشر دقائق. ابدأ من جديد في البرنامج للحصول على رمز جديد.
login-device-used = استُخدم الرمز من قبل أو سُحب. ابدأ من جديد في البرنامج للحصول على رمز جديد.
login-device-again = إدخال رمز آخر
login-device-allowed-heading = تم ربط جهازك
login-device-allowed = سيتابع البرنامج من تلقاء نفسه خلال ثوانٍ. يمكنك إغلاق هذه النافذة.
login-device-denied-heading = رُفض الوصول
login-device-denied = لم يُسمح للبرنامج بالدخول. يمكنك إغلاق هذه النافذة.
