nav-access = الوصول
nav-api-keys = مفاتيح API
keys-heading = مفاتيح API
keys-own-heading = مفاتيح API الخاصة بي
keys-own-text = مفاتيح تعمل نيابةً عنك: بأذوناتك على الأكثر، ولمدة لا تتجاوز عمر حسابك.
keys-search = الاسم يبدأ بـ
keys-status = الحالة
keys-empty = لا توجد مفاتيح API بعد
keys-empty-text = يتيح المفتاح لبرنامج استدعاء API. أنشئ مفتاحًا لكل برنامج ولكل مكان يعمل فيه.
key-status-active = نشط
key-status-expired = منتهي الصلاحية
key-status-disabled = معطَّل
key-status-revoked = مُبطَل
key-health-operational = يعمل
key-health-operational-advice = لا يلزم أي إجراء.
key-health-revoked = مُبطَل
key-health-revoked-advice = لن يعمل المفتاح مرة أخرى. أنشئ مفتاحًا جديدًا إذا كانت البرامج لا تزال بحاجة إليه.
key-health-expired = منتهي الصلاحية
key-health-expired-advice = انتهى المفتاح وأصبح مرفوضًا. حدّد له نهاية جديدة أدناه، أو أبطِله.
key-health-disabled = معطَّل
key-health-disabled-advice = يُرفض المفتاح إلى أن يفعّله أحد.
key-health-exposed = مكشوف
key-health-exposed-advice = شوهد السر في مكان لا ينبغي أن يظهر فيه أي سر. دوّر المفتاح من دون مهلة سماح، أو أبطِله.
key-health-spike = زيادة مفاجئة
key-health-spike-advice = يُستخدم المفتاح أكثر بكثير من المعتاد. تحقق من مصدر طلباته. إذا لم تكن أنت، فدوّر المفتاح من دون مهلة سماح.
key-health-new-network = شبكة جديدة
key-health-new-network-advice = خلال اليوم الأخير استُخدم المفتاح من شبكة لأول مرة. إذا لم يكن لك برنامج يعمل هناك، فدوّر المفتاح وقيّد عناوينه.
key-health-rate-limited = بلغ الحد
key-health-rate-limited-advice = طُلب من طلبات هذا المفتاح الانتظار. اجعل البرنامج يطلب بوتيرة أقل، أو امنح المفتاح حدًّا أعلى.
key-health-expires-soon = تنتهي صلاحيته قريبًا
key-health-expires-soon-advice = ينتهي المفتاح خلال أسبوعين. دوّره أو حدّد له نهاية جديدة قبل أن تتعطل البرامج.
key-health-unused-90-days = غير مستخدم منذ 90 يومًا
key-health-unused-90-days-advice = لم يُستخدم هذا المفتاح منذ 90 يومًا. أبطِله إذا لم تكن هناك حاجة إليه.
key-why-by-owner = فعل ذلك مالكه.
key-why-by-administrator = فعل ذلك أحد المسؤولين.
key-why-owner-deleted = حُذف مالكه.
key-why-exposed = عُثر على سره حيث يمكن للآخرين قراءته.
key-why-spike = ازداد استخدامه فجأة.
keys-health = الوضع
keys-health-explained = معنى الأوضاع وما يجب فعله
keys-activity = آخر 36 ساعة
keys-download-csv = تصدير بصيغة CSV
keys-download-jsonl = تصدير بصيغة JSONL
keys-bulk-label = تغيير عدة مفاتيح دفعة واحدة
keys-bulk-action = المفاتيح المحددة
keys-bulk-everything = كل مفتاح يطابق عوامل التصفية، في كل الصفحات
keys-bulk-none = لم يُحدَّد أي مفتاح. ارجع وحدّد المفاتيح المقصودة.
keys-bulk-disable = تعطيل مفاتيح
keys-bulk-disable-effect = تُرفض هذه المفاتيح في كل مكان خلال ثانية. ويمكن تفعيلها من جديد.
keys-bulk-enable = تفعيل مفاتيح
keys-bulk-enable-effect = تعمل هذه المفاتيح من جديد.
keys-bulk-revoke = إبطال مفاتيح
keys-bulk-revoke-effect = تُرفض هذه المفاتيح في كل مكان خلال ثانية، وكذلك الرموز التي استُبدلت بها. لا يمكن التراجع عن ذلك.
keys-bulk-changed = { $count ->
    [one] سيتغير مفتاح واحد.
    [two] سيتغير مفتاحان.
    [few] ستتغير { $count } مفاتيح.
    [many] سيتغير { $count } مفتاحًا.
   *[other] سيتغير { $count } مفتاح.
}
keys-bulk-matched = { $count ->
    [one] المقصود مفتاح واحد.
    [two] المقصود مفتاحان.
    [few] المقصود { $count } مفاتيح.
    [many] المقصود { $count } مفتاحًا.
   *[other] المقصود { $count } مفتاح.
}
keys-bulk-unchanged = { $count ->
    [one] واحد على هذه الحال بالفعل أو أُبطل.
    [two] اثنان على هذه الحال بالفعل أو أُبطلا.
    [few] { $count } على هذه الحال بالفعل أو أُبطلت.
    [many] { $count } على هذه الحال بالفعل أو أُبطلت.
   *[other] { $count } على هذه الحال بالفعل أو أُبطلت.
}
keys-bulk-refused = { $count ->
    [one] واحد يملك أكثر مما تملك أو يحتاج إلى مسؤول، ويبقى كما هو.
    [two] اثنان يملكان أكثر مما تملك أو يحتاجان إلى مسؤول، ويبقيان كما هما.
    [few] { $count } تملك أكثر مما تملك أو تحتاج إلى مسؤول، وتبقى كما هي.
    [many] { $count } تملك أكثر مما تملك أو تحتاج إلى مسؤول، وتبقى كما هي.
   *[other] { $count } تملك أكثر مما تملك أو تحتاج إلى مسؤول، وتبقى كما هي.
}
keys-bulk-not-found = { $count ->
    [one] واحد غير موجود.
    [two] اثنان غير موجودين.
    [few] { $count } غير موجودة.
    [many] { $count } غير موجودة.
   *[other] { $count } غير موجودة.
}
keys-bulk-more = { $count ->
    [one] وواحد آخر
    [two] واثنان آخران
    [few] و{ $count } أخرى
    [many] و{ $count } آخر
   *[other] و{ $count } آخر
}
done-keys-bulk-disable = عُطّل: { $changed }. بقي كما كان: { $kept }.
done-keys-bulk-enable = فُعّل: { $changed }. بقي كما كان: { $kept }.
done-keys-bulk-revoke = أُبطل: { $changed }. بقي كما كان: { $kept }.
key-usage-span = المدة
key-usage-day = 24 ساعة
key-usage-week = 7 أيام
key-usage-month = 30 يومًا
key-usage-quarter = 90 يومًا
key-usage-csv = تصدير بصيغة CSV
key-history = ما جرى له
key-history-none = لا يوجد شيء معروف.
key-history-all = كل ذلك في سجل التدقيق
key-create = إنشاء مفتاح API
key-new-heading = إنشاء مفتاح API
key-secret = السر
key-owner = المالك
key-owner-me = أنا
key-owner-hint = يبقى حساب الخدمة بعد رحيل من أنشأه. أما مفاتيحك الخاصة فتنتهي بانتهاء حسابك.
key-last-used = آخر استخدام
key-expires = تاريخ الانتهاء
key-name-hint = البرنامج ومكان عمله، مثل «النشر، البيئة التجريبية».
key-description = الغرض منه
key-permission = الإذن
key-level-read-only = قراءة فقط
key-level-read-only-text = يتيح الاطلاع والاستدعاء من دون تغيير أي شيء.
key-level-read-write = قراءة وكتابة
key-level-read-write-text = يتيح أيضًا إجراء التغييرات، باستثناء المفاتيح.
key-level-admin = الكل
key-level-admin-text = يتيح كل ما يُسمح به لمالكه، بما في ذلك إدارة المفاتيح.
key-level-scopes = مقيَّد
key-level-scopes-text = لا يتيح إلا ما هو محدَّد أدناه.
key-scopes = أذونات المفتاح المقيَّد
key-limits = الحدود
key-addresses = العناوين المسموح بها
key-addresses-hint = عنوان واحد أو شبكة واحدة في كل سطر، مثل 192.0.2.0/24. الحقل الفارغ يعني السماح من أي مكان.
key-rate = الطلبات في الدقيقة
key-rate-hint = الحقل الفارغ يتبع حد المؤسسة.
key-rate-unreadable = أدخل عددًا صحيحًا من الطلبات في الدقيقة.
key-expiry = انتهاء الصلاحية
key-expiry-keep = كما هو
key-expiry-custom = في يوم محدَّد
key-expiry-on = اليوم
key-expiry-never = لا تنتهي
key-never-confirm = أعلم أن المفتاح الذي لا تنتهي صلاحيته يبقى صالحًا إلى أن يبطله أحد.
key-never-unconfirmed = حدّد المربع أسفل «لا تنتهي»، أو اختر نهاية.
key-day-unreadable = اختر موعد انتهاء المفتاح.
key-days = { $count ->
    [zero] { $count } يوم
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}
key-made-heading = أُنشئ مفتاح API
key-rotated-heading = سر جديد
key-secret-once = انسخ هذا السر الآن. فهو يُعرض هذه المرة فقط ولا يمكن الاطلاع عليه مجددًا.
key-secret-kept = لقد نسخته
key-try = تجربة المفتاح
key-usage = الاستخدام
key-waiting = في انتظار أول طلب
key-waiting-text = استدعِ API باستخدام المفتاح، على سبيل المثال:
key-networks = استُخدم من
key-uses = آخر الاستخدامات
key-uses-hint = أحدث 20 استخدامًا. تُجمع الاستخدامات المتماثلة خلال دقيقة في سطر واحد.
key-use-agent = البرنامج
key-use-door = استُخدم لدى
key-use-requests = الطلبات
key-door-verify = التحقق
key-door-forward-auth = الوكيل
key-door-api = واجهة API للإدارة
key-door-session = تسجيل الدخول بالمفتاح
key-door-token = تبادل الرموز
key-door-revocations = بث الإبطالات
key-may = المسموح به حاليًا
key-change = تغيير
key-previous-used = ينتهي السر القديم { $ends }. آخر استخدام له: { $used }.
key-previous-quiet = ينتهي السر القديم { $ends }. ولم يُستخدم منذ التدوير.
key-rotate = تدوير
key-rotate-effect = ينشئ سرًا جديدًا للمفتاح نفسه. ويبقى السر القديم صالحًا للمدة التي تختارها، بدقة الثانية.
key-grace = مدة صلاحية السر القديم
key-grace-0 = لا مهلة: ينتهي فورًا
key-grace-900 = 15 دقيقة
key-grace-3600 = ساعة واحدة
key-grace-21600 = 6 ساعات
key-grace-86400 = 24 ساعة
key-grace-604800 = 7 أيام
key-grace-2592000 = 30 يومًا
key-disable = تعطيل
key-disable-effect = يُرفض المفتاح خلال ثانية في كل مكان. ويمكن تفعيله مجددًا.
key-enable = تفعيل
key-enable-effect = يعود المفتاح إلى العمل.
key-revoke = إبطال
key-revoke-effect = يُرفض المفتاح خلال ثانية في كل مكان، وكذلك الرموز المميزة التي استُبدل بها. لا يمكن التراجع عن هذا الإجراء.
key-outcome-allowed = مسموح
key-outcome-rate-limited = تجاوز حد المعدل
key-outcome-permission-denied = الإذن مرفوض
key-outcome-expired = منتهي الصلاحية
key-outcome-disabled = معطَّل
key-outcome-revoked = مُبطَل
key-outcome-address-not-allowed = العنوان غير مسموح به
key-outcome-owner-inactive = المالك موقوف أو محذوف
key-outcome-wrong-tenant = يخص مؤسسة أخرى
key-outcome-wrong-header = ترويسة غير صحيحة
done-key-disable = تم التعطيل. لم تعد أي عقدة طرفية تقبل هذا المفتاح.
done-key-enable = تم التفعيل.
done-key-revoke = تم الإبطال. لم تعد أي عقدة طرفية تقبل هذا المفتاح.
