using System.Text;

namespace MGLMM.SemanticKernel.Tests.Tokens;

/// <summary>Texts of many kinds, the same with each run.</summary>
internal static class Texts
{
    public static readonly string[] Kinds = ["english", "cjk", "rare cjk", "emoji", "thai", "hindi", "arabic", "russian", "random ascii", "random letters", "digits", "quotes"];

    private const string English =
        "a weathered red barn with a picturesque windmill beside the small pond under the grey sky where three shaggy ponies graze among wildflowers "
        + "and a bicycle leans against the whitewashed fence next to an upside-down wheelbarrow full of pumpkins ";

    /// <summary>A text of a kind, of exactly that many UTF-16 units.</summary>
    public static string Of(string kind, int length, int seed = 1)
    {
        Random random = new(seed);
        StringBuilder text = new();
        while (text.Length < length)
        {
            text.Append(kind switch
            {
                "english" => English[(random.Next(10) * 7)..],
                "cjk" => "一辆红色的小汽车停在谷仓旁边的草地上古い橋の下を川が流れている빨간 자동차가 나무 옆에 있다",
                "rare cjk" => ((char)random.Next(0x4E00, 0x9FA0)).ToString(),
                "emoji" => char.ConvertFromUtf32(random.Next(0x1F300, 0x1F640)),
                "thai" => "รถสีแดงคันเล็กจอดอยู่ข้างต้นไม้ใหญ่",
                "hindi" => "एक लाल कार पेड़ के पास खड़ी है ",
                "arabic" => "سيارة حمراء صغيرة بجانب الشجرة الكبيرة ",
                "russian" => "маленькая красная машина стоит возле большого дерева ",
                "random ascii" => ((char)random.Next(33, 127)).ToString(),
                "random letters" => ((char)('a' + random.Next(26))).ToString(),
                "digits" => random.Next(100_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
                "quotes" => "\"\\'<>&",
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
            });
        }

        // Half an emoji is no text.
        return text.ToString(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length);
    }
}
