nav-signing-keys = مفاتيح التوقيع
signing-keys-heading = مفاتيح التوقيع
signing-keys-text = المفاتيح العامة للعملاء الذين يوقّعون كل طلب. لا يغادر الجزء الخاص العميلَ أبدًا، فلا يوجد هنا ما يمكن سرقته.
signing-keys-empty = لا توجد مفاتيح توقيع بعد
signing-keys-empty-text = أنشئ زوج مفاتيح Ed25519، واحتفظ بالجزء الخاص، وسجّل الجزء العام هنا.
signing-key-add = إضافة مفتاح التوقيع
signing-key-new-heading = إضافة مفتاح توقيع
signing-key-public = المفتاح العام
signing-key-public-hint = Ed25519، بصيغة PEM أو JWK أو base64 للمفتاح أو لبنية SPKI الخاصة به.
signing-key-how = كيفية إنشاء زوج مفاتيح
signing-key-how-text = على الجهاز الذي يوقّع. الصق ما يطبعه الأمر الثاني؛ أما الملف private.pem فيبقى هناك.
signing-key-fingerprint = البصمة
signing-key-algorithm = الخوارزمية
signature-check = التحقق من توقيع
signature-check-text = ألصق طلبًا موقَّعًا لترى هل سيُقبل، ولماذا لا، وأي بايتات كان يجب توقيعها بالضبط. لا يُحتفظ بشيء منه، ويبقى بالإمكان إرسال الطلب الصالح لمرة واحدة.
signature-valid = سيُقبل هذا الطلب
signature-fits = التوقيع مطابق، ومع ذلك سيُرفض الطلب
signature-wrong = سيُرفض هذا الطلب
signature-scheme = المخطط
signature-created = وقت التوقيع
signature-server-time = وقت الخادم
signature-expected = ما كان يجب توقيعه
signature-expected-unknown = لا يذكر الطلب ما يكفي لمعرفة ما كان يجب توقيعه.
signature-bytes = { $count ->
    [one] بايت واحد؛ ما لا يُرى يُكتب بشرطة مائلة عكسية.
    [two] بايتان؛ ما لا يُرى يُكتب بشرطة مائلة عكسية.
    [few] { $count } بايتات؛ ما لا يُرى يُكتب بشرطة مائلة عكسية.
    [many] { $count } بايتًا؛ ما لا يُرى يُكتب بشرطة مائلة عكسية.
   *[other] { $count } بايت؛ ما لا يُرى يُكتب بشرطة مائلة عكسية.
}
signature-without-query = من دون جزء الاستعلام.
signature-base64 = الشيء نفسه بترميز base64
signature-header-unreadable = اكتب كل ترويسة على شكل «الاسم: القيمة» في سطر مستقل.
signature-method = الطريقة
signature-target = المسار مع الاستعلام
signature-target-hint = كما أُرسل، من دون فك أي ترميز، مثل /v1/orders?status=open.
signature-body = المتن
signature-body-hint = كل بايت محسوب، حتى المسافات وفواصل الأسطر.
signature-timestamp = الطابع الزمني بثواني يونكس
signature-signature = التوقيع بترميز base64
signature-host = المضيف
signature-headers = الترويسات
signature-headers-hint = واحدة في كل سطر: Signature-Input وSignature وContent-Digest وما سوى ذلك مما يشمله التوقيع.
