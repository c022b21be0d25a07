using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace MGLMM.Vision.Language;

/// <summary>
/// Whether words are of a language that a model does not read, as far as script and little words tell. A single noun in the model's script is
/// not told; whether the model knows it is another question.
/// </summary>
internal static class LanguageGuess
{
    // Words that are English as well ("van", "dove", "den", "hay", "met") are left out, or a single noun would pass for another language.
    private static readonly (string Tag, FrozenSet<string> Words)[] LittleWords =
    [
        ("en", Set("the a an of in on with at is are was and or to from by for what which where who how many that this there not no left right red blue green")),
        ("de", Set("der die das dem des ein eine einen einem einer eines und mit auf ist sind wo wer welche welcher welches wie viele vom zum zur links rechts rote roten roter rotes blaue blauen grüne grünen kleine kleinen große großen kein keine nicht")),
        ("fr", Set("le la les un une des du de et dans avec est sont où quel quelle quelles combien sur sous qui à gauche droite rouge bleu bleue vert verte petit petite grande")),
        ("es", Set("el la los las un una unos unas con en de del al qué cuál cuáles dónde está están rojo roja azul verde izquierda derecha pequeño pequeña cuántos cuántas")),
        ("it", Set("il lo la gli le un una uno di del della nella nel che è sono quale quali quanti quante rosso rossa blu sinistra destra piccolo piccola")),
        ("pt", Set("os um uma uns umas com da dos das qual quais onde está são há vermelho vermelha azul verde esquerda direita pequeno pequena quantos quantas")),
        ("nl", Set("het een de waar welke zijn rode blauwe groene links rechts hoeveel kleine grote niet geen")),
        ("sv", Set("och är det ett på vilken röd röda blå gröna vänster höger inte")),
        ("pl", Set("jest są czerwony czerwona niebieski zielony gdzie ile który która lewo prawo nie")),
        ("tr", Set("bir ve nerede kaç kırmızı mavi yeşil sağ küçük büyük değil")),
    ];

    /// <summary>The language that words seem to be in, where it is none that is read; null where it may be one.</summary>
    /// <param name="text">What a caller wrote.</param>
    /// <param name="read">The languages that are read, as BCP 47 tags; none says nothing.</param>
    /// <returns>A tag, or the name of a script.</returns>
    public static string? Unread(string text, IReadOnlyList<string> read)
    {
        if (read.Count == 0)
        {
            return null;
        }

        string[] known = read.Select(tag => tag.Split('-')[0].ToLowerInvariant()).ToArray();
        string? script = known.Any(tag => tag is "mul" or "und") ? null : ScriptOf(text);
        if (script is null)
        {
            return null;
        }

        if (!known.Any(tag => ScriptsOf(tag).Contains(script)))
        {
            return script;
        }

        if (script != "Latin")
        {
            return null;
        }

        string[] words = WordsOf(text);
        (string? best, int most) = ((string?)null, 0);
        int ours = 0;
        foreach ((string tag, FrozenSet<string> little) in LittleWords)
        {
            int count = words.Count(little.Contains);
            if (known.Contains(tag))
            {
                ours = Math.Max(ours, count);
            }
            else if (count > most)
            {
                (best, most) = (tag, count);
            }
        }

        // One word that two languages share ("in", "is", "de") tells nothing.
        return most > ours ? best : null;
    }

    private static string? ScriptOf(string text)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                string script = rune.Value switch
                {
                    < 0x250 or (>= 0x1E00 and < 0x1F00) => "Latin",
                    >= 0x370 and < 0x400 => "Greek",
                    >= 0x400 and < 0x530 => "Cyrillic",
                    >= 0x590 and < 0x600 => "Hebrew",
                    (>= 0x600 and < 0x780) or (>= 0xFB50 and < 0xFE00) => "Arabic",
                    >= 0x900 and < 0x980 => "Devanagari",
                    >= 0xE00 and < 0xE80 => "Thai",
                    >= 0x3040 and < 0x3100 => "Japanese",
                    (>= 0x1100 and < 0x1200) or (>= 0xAC00 and < 0xD7B0) => "Korean",
                    (>= 0x3400 and < 0xA000) or (>= 0x20000 and < 0x30000) => "Chinese",
                    _ => "another script",
                };
                counts[script] = counts.GetValueOrDefault(script) + 1;
            }
        }

        return counts.Count == 0 ? null : counts.MaxBy(entry => entry.Value).Key;
    }

    private static string[] ScriptsOf(string tag) => tag switch
    {
        "ru" or "uk" or "bg" or "be" or "mk" => ["Cyrillic"],
        "sr" => ["Cyrillic", "Latin"],
        "zh" => ["Chinese"],
        "ja" => ["Japanese", "Chinese"],
        "ko" => ["Korean"],
        "el" => ["Greek"],
        "he" => ["Hebrew"],
        "ar" or "fa" or "ur" => ["Arabic"],
        "hi" or "mr" or "ne" => ["Devanagari"],
        "th" => ["Thai"],
        _ => ["Latin"],
    };

    private static string[] WordsOf(string text) =>
        text.ToLower(CultureInfo.InvariantCulture).Split([.. text.Where(letter => !char.IsLetter(letter)).Distinct(), ' '], StringSplitOptions.RemoveEmptyEntries);

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
