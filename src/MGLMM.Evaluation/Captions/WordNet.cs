using System.Globalization;
using System.Text;

namespace MGLMM.Evaluation.Captions;

/// <summary>
/// Princeton's WordNet as its files have it (<c>index.noun</c>, <c>data.noun</c>, <c>noun.exc</c> and the like), as Debian's <c>wordnet-base</c> puts them into
/// <see cref="DefaultFolder"/>. Immutable; safe to share between threads.
/// </summary>
public sealed class WordNet
{
    /// <summary>Where Debian's package puts the files.</summary>
    public const string DefaultFolder = "/usr/share/wordnet";

    private const string Noun = "noun";

    private static readonly string[] Parts = [Noun, "verb", "adj", "adv"];

    /// <summary>How inflected endings are taken off, as WordNet's own Morphy does.</summary>
    private static readonly Dictionary<string, (string Ending, string Base)[]> Endings = new(StringComparer.Ordinal)
    {
        [Noun] = [("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")],
        ["verb"] = [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")],
        ["adj"] = [("er", ""), ("est", ""), ("er", "e"), ("est", "e")],
        ["adv"] = [],
    };

    private readonly Dictionary<string, Dictionary<string, long[]>> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string[]>> _exceptions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _data = new(StringComparer.Ordinal);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, IReadOnlySet<string>> _synonyms = new(StringComparer.Ordinal);

    private WordNet(string folder)
    {
        foreach (string part in Parts)
        {
            _data.Add(part, File.ReadAllBytes(Path.Combine(folder, "data." + part)));
            Dictionary<string, long[]> index = new(StringComparer.Ordinal);
            foreach (string line in File.ReadLines(Path.Combine(folder, "index." + part)).Where(line => line.Length > 0 && line[0] != ' '))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                int count = int.Parse(fields[2], CultureInfo.InvariantCulture);
                index[fields[0]] = [.. fields[^count..].Select(offset => long.Parse(offset, CultureInfo.InvariantCulture))];
            }

            _index.Add(part, index);
            _exceptions.Add(part, File.ReadLines(Path.Combine(folder, part + ".exc")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1)
                .GroupBy(words => words[0], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.SelectMany(words => words[1..]).ToArray(), StringComparer.Ordinal));
        }
    }

    /// <summary>Reads the files.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <exception cref="FileNotFoundException">They are not there; the message says how to get them.</exception>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static WordNet Load(string folder = DefaultFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Array.Find([.. Parts.SelectMany(part => (string[])["index." + part, "data." + part, part + ".exc"])], name => !File.Exists(Path.Combine(folder, name))) is { } missing)
        {
            throw new FileNotFoundException($"WordNet's '{missing}' is not in '{folder}'. Debian and Ubuntu have it in the package wordnet-base; or name the folder of another copy's dict files.");
        }

        try
        {
            return new WordNet(folder);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"WordNet's files in '{folder}' are damaged: {exception.Message}", exception);
        }
    }

    /// <summary>A word and all words of its synonym sets, of any part of speech, in lower case and without those of several words, as NLTK's METEOR takes them.</summary>
    public IReadOnlySet<string> SynonymsOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return _synonyms.GetOrAdd(word, sought =>
        {
            HashSet<string> words = new(StringComparer.Ordinal) { sought };
            foreach (string part in Parts)
            {
                foreach (long offset in SetsOf(part, sought))
                {
                    words.UnionWith(Read(part, offset).Words.Where(synonym => !synonym.Contains('_', StringComparison.Ordinal)));
                }
            }

            return words;
        });
    }

    /// <summary>
    /// How near two nouns are: 1 / (1 + the steps between their nearest senses over what is a kind of what). 1 for synonyms, 0.5 for a kind of the other, 0 for
    /// words that are no nouns here.
    /// </summary>
    public double NounSimilarity(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Dictionary<long, int> above = Above(SetsOf(Noun, first.ToLowerInvariant().Replace(' ', '_')));
        Dictionary<long, int> other = Above(SetsOf(Noun, second.ToLowerInvariant().Replace(' ', '_')));
        int steps = int.MaxValue;
        foreach ((long set, int distance) in above)
        {
            if (other.TryGetValue(set, out int further))
            {
                steps = Math.Min(steps, distance + further);
            }
        }

        return steps == int.MaxValue ? 0 : 1.0 / (1 + steps);
    }

    /// <summary>Whether a noun of one or several words is known, in any inflection.</summary>
    internal bool IsNoun(string noun) => SetsOf(Noun, noun.ToLowerInvariant().Replace(' ', '_')).Count > 0;

    /// <summary>The synonym sets of a word or what it is an inflection of.</summary>
    private List<long> SetsOf(string part, string word)
    {
        IEnumerable<string> forms = _exceptions[part].TryGetValue(word, out string[]? irregular)
            ? irregular.Prepend(word)
            : Endings[part].Where(rule => word.Length > rule.Ending.Length && word.EndsWith(rule.Ending, StringComparison.Ordinal)).Select(rule => word[..^rule.Ending.Length] + rule.Base).Prepend(word);
        return [.. forms.Distinct(StringComparer.Ordinal).SelectMany(form => _index[part].GetValueOrDefault(form, [])).Distinct()];
    }

    /// <summary>Sets and what they are kinds of, with the fewest steps up to each.</summary>
    private Dictionary<long, int> Above(List<long> sets)
    {
        Dictionary<long, int> steps = sets.ToDictionary(set => set, _ => 0);
        Queue<long> open = new(sets);
        while (open.TryDequeue(out long set))
        {
            foreach (long whole in Read(Noun, set).KindsOf)
            {
                if (steps.TryAdd(whole, steps[set] + 1))
                {
                    open.Enqueue(whole);
                }
            }
        }

        return steps;
    }

    private (string[] Words, long[] KindsOf) Read(string part, long offset)
    {
        ReadOnlySpan<byte> rest = _data[part].AsSpan((int)offset);
        string line = Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)'\n')]);
        string[] fields = line.Split(" | ", 2)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int count = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string[] words = new string[count];
        for (int index = 0; index < count; index++)
        {
            // Adjectives may carry where they stand, as in "galore(ip)".
            string word = fields[4 + (2 * index)].ToLowerInvariant();
            int mark = word.IndexOf('(', StringComparison.Ordinal);
            words[index] = mark > 0 ? word[..mark] : word;
        }

        int at = 4 + (2 * count);
        int pointers = int.Parse(fields[at++], CultureInfo.InvariantCulture);
        List<long> kinds = new();
        for (int index = 0; index < pointers; index++, at += 4)
        {
            if (fields[at] is "@" or "@i")
            {
                kinds.Add(long.Parse(fields[at + 1], CultureInfo.InvariantCulture));
            }
        }

        return (words, [.. kinds]);
    }
}
