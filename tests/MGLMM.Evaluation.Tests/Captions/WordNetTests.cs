using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Tests.Captions;

/// <summary>WordNet's files, a handful of words written in their shape; and the real ones where Debian's package is there.</summary>
public sealed class WordNetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-wordnet-").FullName;

    public WordNetTests()
    {
        // A set of two synonyms, what it is a kind of, and a sibling; a verb.
        string[] nouns =
        [
            "  1 a licence line, which begins with blanks  ",
            "00000100 06 n 01 vehicle 0 000 | what carries  ",
            "00000200 06 n 03 car 0 automobile 0 motor_vehicle 0 001 @ 00000100 n 0000 | with an engine  ",
            "00000300 06 n 01 bicycle 0 001 @ 00000100 n 0000 | with pedals  ",
            "00000400 06 n 01 dog 0 000 | barks  ",
        ];
        Dictionary<string, long> offsets = new();
        string data = string.Empty;
        foreach (string line in nouns)
        {
            offsets[line[..8]] = data.Length;
            data += line + "\n";
        }

        foreach ((string sign, long offset) in offsets)
        {
            data = data.Replace(sign, offset.ToString("D8", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        Write("data.noun", data);
        Write("index.noun", string.Concat(new (string, string, string)[] { ("vehicle", "0", "00000100"), ("car", "1 @", "00000200"), ("automobile", "1 @", "00000200"), ("bicycle", "1 @", "00000300"), ("dog", "0", "00000400") }
            .Select(entry => $"{entry.Item1} n 1 {entry.Item2} 1 0 {offsets[entry.Item3]:D8}  \n")));
        Write("noun.exc", "oxen ox\n");
        foreach (string part in (string[])["verb", "adj", "adv"])
        {
            Write("data." + part, string.Empty);
            Write("index." + part, string.Empty);
            Write(part + ".exc", string.Empty);
        }
    }

    [Fact]
    public void Synonyms_kinds_and_inflections_are_found()
    {
        WordNet words = WordNet.Load(_folder);
        Assert.Equal(["automobile", "car"], words.SynonymsOf("car").Order());
        Assert.Equal(["automobile", "car", "cars"], words.SynonymsOf("cars").Order());
        Assert.Equal(["zebra"], words.SynonymsOf("zebra"));
        Assert.Equal((1, 0.5, 1.0 / 3, 0, 0), (words.NounSimilarity("car", "automobiles"), words.NounSimilarity("car", "vehicle"), words.NounSimilarity("car", "bicycle"), words.NounSimilarity("car", "dog"), words.NounSimilarity("car", "zebra")));
    }

    [Fact]
    public async Task Phrases_are_compared_by_what_they_are_about()
    {
        Func<string, string, double> alike = await new WordNetSimilarity(WordNet.Load(_folder)).PrepareAsync(["car", "a red automobile in the street", "a bicycle", "a zebra", "zebra"]);
        Assert.Equal((1, 1.0 / 3, 1, 0), (alike("car", "a red automobile in the street"), alike("car", "a bicycle"), alike("zebra", "a zebra"), alike("car", "a zebra")));

        Func<string, string, double> heads = await new HeadSimilarity().PrepareAsync([]);
        Assert.Equal((1, 1, 1, 0, 0), (heads("car", "a red car"), heads("a tree", "a green pine tree"), heads("pine tree", "the pine tree on the left"), heads("street", "a car in the street"), heads("car", "a truck")));

        // Repeats are numbered in answers of data sets.
        Assert.Equal((1, 1, 0), (heads("person", "person-1"), heads("pine tree", "pine tree-2"), heads("person", "1-person")));
        Func<string, string, double> numbered = await new WordNetSimilarity(WordNet.Load(_folder)).PrepareAsync(["car", "automobile-2"]);
        Assert.Equal(1, numbered("car", "automobile-2"));
    }

    [Fact]
    public void METEOR_with_synonyms_counts_them_as_matches()
    {
        WordNet words = WordNet.Load(_folder);
        (string[] said, string[] wanted) = (["a", "red", "automobile"], ["a", "red", "car"]);
        Assert.Equal(1 - (0.5 / 27), Meteor.Score(said, wanted, words), 12);
        Assert.True(Meteor.Score(said, wanted) < 0.7);
    }

    [Fact]
    public void What_is_not_there_or_damaged_is_told()
    {
        Assert.Contains("wordnet-base", Assert.Throws<FileNotFoundException>(() => WordNet.Load(Path.Combine(_folder, "none"))).Message, StringComparison.Ordinal);
        Write("index.noun", "car n many\n");
        Assert.Throws<InvalidDataException>(() => WordNet.Load(_folder));
    }

    [Fact]
    public void The_real_one_says_what_NLTK_documents()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(WordNet.DefaultFolder, "data.noun")), "Debian's wordnet-base is not installed.");
        WordNet words = WordNet.Load();

        // path_similarity of dog and cat, of right whale and orca (NLTK's how-to of WordNet), and synonyms that everybody knows.
        Assert.Equal((0.2, 1, 1), (words.NounSimilarity("dog", "cat"), words.NounSimilarity("car", "automobile"), words.NounSimilarity("men", "man")));
        Assert.Contains("automobile", words.SynonymsOf("cars"));
        Assert.Contains("begin", words.SynonymsOf("started"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
