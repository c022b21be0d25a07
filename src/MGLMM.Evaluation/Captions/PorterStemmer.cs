using System.Collections.Frozen;

namespace MGLMM.Evaluation.Captions;

/// <summary>
/// Porter's stemmer for English ("An algorithm for suffix stripping", 1980) with the departures of NLTK's <c>PorterStemmer()</c>, whose METEOR this serves.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>From the author's own program: words of one or two letters stay, and <c>-bli</c> becomes <c>-ble</c>.</item>
/// <item>Some irregular words have their stems in a list.</item>
/// <item><c>-y</c> becomes <c>-i</c> behind any consonant but a word's first (<c>fly</c>), and behind no vowel (not in <c>toy</c>).</item>
/// <item><c>-ies</c> and <c>-ied</c> of four letters leave <c>-ie</c> (<c>dies</c>, <c>died</c>), else <c>-i</c>.</item>
/// <item>A vowel and a consonant alone are a short syllable too, so that <c>using</c> and <c>use</c> meet.</item>
/// <item><c>-fulli</c> becomes <c>-ful</c>; <c>-alli</c> becomes <c>-al</c>, of which step 2 goes on; the <c>l</c> of <c>-logi</c> is the stem's.</item>
/// </list>
/// </remarks>
internal static class PorterStemmer
{
    private static readonly FrozenDictionary<string, string> Irregular = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["sky"] = "sky",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["news"] = "news",
        ["inning"] = "inning",
        ["innings"] = "inning",
        ["outing"] = "outing",
        ["outings"] = "outing",
        ["canning"] = "canning",
        ["cannings"] = "canning",
        ["howe"] = "howe",
        ["proceed"] = "proceed",
        ["exceed"] = "exceed",
        ["succeed"] = "succeed",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly (string Suffix, string Replacement)[] Step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3 =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    // Of two suffixes that fit, the longer one comes first.
    private static readonly string[] Step4 =
    [
        "ement", "ment", "ent", "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize",
    ];

    /// <summary>The stem of a word in lower case.</summary>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (Irregular.TryGetValue(word, out string? stem))
        {
            return stem;
        }

        if (word.Length <= 2)
        {
            return word;
        }

        word = Plural(word);
        word = Participle(word);
        if (word.EndsWith('y') && word.Length > 2 && IsConsonant(word, word.Length - 2))
        {
            word = word[..^1] + "i";
        }

        word = DoubleSuffix(word);
        word = Replace(word, Step3);
        word = Remove(word);
        return Tidy(word);
    }

    /// <summary>Step 1a.</summary>
    private static string Plural(string word)
    {
        if (word.EndsWith("sses", StringComparison.Ordinal))
        {
            return word[..^2];
        }

        if (word.EndsWith("ies", StringComparison.Ordinal))
        {
            return ShortOfIe(word);
        }

        return word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;
    }

    /// <summary>What is left of a word in -ies or -ied: -ie of one of four letters, else -i.</summary>
    private static string ShortOfIe(string word) => word[..^(word.Length == 4 ? 1 : 2)];

    /// <summary>Step 1b.</summary>
    private static string Participle(string word)
    {
        if (word.EndsWith("ied", StringComparison.Ordinal))
        {
            return ShortOfIe(word);
        }

        if (word.EndsWith("eed", StringComparison.Ordinal))
        {
            return Measure(word.AsSpan(0, word.Length - 3)) > 0 ? word[..^1] : word;
        }

        int suffix = word.EndsWith("ed", StringComparison.Ordinal) ? 2 : word.EndsWith("ing", StringComparison.Ordinal) ? 3 : 0;
        if (suffix == 0 || !HasVowel(word.AsSpan(0, word.Length - suffix)))
        {
            return word;
        }

        string stem = word[..^suffix];
        if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal))
        {
            return stem + "e";
        }

        if (EndsWithDoubleConsonant(stem))
        {
            return stem[^1] is 'l' or 's' or 'z' ? stem : stem[..^1];
        }

        return Measure(stem) == 1 && EndsWithShortSyllable(stem) ? stem + "e" : stem;
    }

    /// <summary>Step 2.</summary>
    private static string DoubleSuffix(string word)
    {
        // What is left of an adverb has a suffix of its own.
        if (word.EndsWith("alli", StringComparison.Ordinal) && Measure(word.AsSpan(0, word.Length - 4)) > 0)
        {
            word = word[..^2];
        }

        return word.EndsWith("logi", StringComparison.Ordinal)
            ? Measure(word.AsSpan(0, word.Length - 3)) > 0 ? word[..^1] : word
            : Replace(word, Step2);
    }

    /// <summary>Steps 2 and 3: the longest suffix that fits decides, whether its stem is long enough or not.</summary>
    private static string Replace(string word, (string Suffix, string Replacement)[] rules)
    {
        (string Suffix, string Replacement) best = default((string Suffix, string Replacement));
        foreach ((string Suffix, string Replacement) rule in rules)
        {
            if (word.EndsWith(rule.Suffix, StringComparison.Ordinal) && rule.Suffix.Length > (best.Suffix?.Length ?? 0))
            {
                best = rule;
            }
        }

        return best.Suffix is not null && Measure(word.AsSpan(0, word.Length - best.Suffix.Length)) > 0
            ? word[..^best.Suffix.Length] + best.Replacement
            : word;
    }

    /// <summary>Step 4.</summary>
    private static string Remove(string word)
    {
        string? suffix = Array.Find(Step4, candidate => word.EndsWith(candidate, StringComparison.Ordinal));
        if (suffix is null)
        {
            return word;
        }

        ReadOnlySpan<char> stem = word.AsSpan(0, word.Length - suffix.Length);
        return Measure(stem) > 1 && (suffix != "ion" || stem[^1] is 's' or 't') ? stem.ToString() : word;
    }

    /// <summary>Step 5.</summary>
    private static string Tidy(string word)
    {
        if (word.EndsWith('e'))
        {
            ReadOnlySpan<char> stem = word.AsSpan(0, word.Length - 1);
            int measure = Measure(stem);
            if (measure > 1 || (measure == 1 && !EndsWithShortSyllable(stem)))
            {
                word = stem.ToString();
            }
        }

        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word) > 1 ? word[..^1] : word;
    }

    private static bool IsConsonant(ReadOnlySpan<char> word, int index) => word[index] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => index == 0 || !IsConsonant(word, index - 1),
        _ => true,
    };

    /// <summary>How often vowels are followed by consonants: m in [C](VC)^m[V].</summary>
    private static int Measure(ReadOnlySpan<char> stem)
    {
        int count = 0;
        for (int index = 1; index < stem.Length; index++)
        {
            count += IsConsonant(stem, index) && !IsConsonant(stem, index - 1) ? 1 : 0;
        }

        return count;
    }

    private static bool HasVowel(ReadOnlySpan<char> stem)
    {
        for (int index = 0; index < stem.Length; index++)
        {
            if (!IsConsonant(stem, index))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsWithDoubleConsonant(ReadOnlySpan<char> stem) =>
        stem.Length >= 2 && stem[^1] == stem[^2] && IsConsonant(stem, stem.Length - 1);

    /// <summary>Consonant, vowel, consonant, and the last is not w, x or y, or a vowel and a consonant alone: after it an e is restored.</summary>
    private static bool EndsWithShortSyllable(ReadOnlySpan<char> stem) =>
        stem.Length >= 2 && IsConsonant(stem, stem.Length - 1) && !IsConsonant(stem, stem.Length - 2)
        && (stem.Length == 2 || (IsConsonant(stem, stem.Length - 3) && stem[^1] is not ('w' or 'x' or 'y')));
}
