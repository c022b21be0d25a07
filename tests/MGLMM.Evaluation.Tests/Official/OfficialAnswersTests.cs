using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Official;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Official;

/// <summary>Answers of the official form, <c>{image_id, caption, phrases, pred_masks}</c>: what they say as text with markup, and whose file is whose.</summary>
public sealed class OfficialAnswersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-official-").FullName;

    [Theory]
    [InlineData("A scarf beside a red car.", "A scarf beside a <p> red car </p> [SEG] .", "red car")]
    [InlineData("Car-park, scarf, Car!", "Car-park, scarf, <p> car </p> [SEG] !", "car")]
    [InlineData("Cars. The car's door.", "<p> </p> [SEG] Cars. The car's door.", "car")]
    [InlineData("The car's red car, 3.5 m.", "The car's red <p> car </p> [SEG] <p> </p> [SEG] , 3.5 m.", "car", "5")]
    [InlineData("A cat and a dog.", "<p> A cat </p> [SEG] and <p> a dog </p> [SEG] .", "A cat", "a dog")]
    public void A_phrase_is_marked_where_it_stands_in_whole_words(string caption, string expected, params string[] phrases)
    {
        GroundedAnswer answer = Read(caption, phrases);
        Assert.Equal(Spaced(expected), Spaced(answer.Text));
        Assert.Equal(phrases, answer.Segments.Select(segment => segment.Phrase), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(AnswerText.Words(caption), AnswerText.Words(answer.Text));
    }

    /// <summary>Two phrases are not in the caption, one stands before the place of the phrase before it.</summary>
    [Fact]
    public void A_phrase_that_is_not_there_names_its_mask_and_adds_no_word()
    {
        string[] phrases = ["car", "a dog", "a cat", "boat"];
        GroundedAnswer answer = Read("A cat in a scarf, a dog.", phrases);
        Assert.Equal(["a", "cat", "in", "a", "scarf", "a", "dog"], AnswerText.Words(answer.Text));
        Assert.Equal(phrases, answer.Segments.Select(segment => segment.Phrase));
        Assert.Equal(phrases, AnswerText.SaidPhrases(answer.Text, [.. answer.Segments.Select(segment => segment.Phrase)]));

        // What goes out is what came in.
        SegCapSample sample = Sample("1");
        Assert.Equal(phrases, WrittenPhrases(sample, answer));
    }

    /// <summary>Where the official function compares a label with the phrase of the mask's number, words of the caption do not matter.</summary>
    [Fact]
    public void Recall_goes_by_the_phrases_that_are_given()
    {
        GroundedAnswer answer = Read("Something.", "a cat");
        MglmmScores scores = new(new Evaluation.Captions.DocumentFrequencies(Array.Empty<IReadOnlyList<string>>()), Evaluation.Captions.ExactSimilarity.Compare);
        scores.Add(Sample("1"), answer.Text, [.. answer.Segments.Select(segment => new PredictedMask(segment.Mask, segment.Phrase))]);
        Assert.Equal(1, scores.Result().Metrics.Single(metric => metric.Name == "mask_recall").Value);
    }

    [Fact]
    public void Ids_that_look_alike_as_names_of_files_keep_an_answer_each()
    {
        // All of them become "_1"; the last is so by itself, and none of their pictures' ids tells them apart.
        SegCapSample[] samples = [.. ((string[])["\u00e4#1", "\u00f6#1", "_#1", "__1"]).Select(Sample)];
        Write(samples, samples);
        Assert.Equal(samples.Length, Directory.GetFiles(Path.Combine(_folder, "answers")).Length);
        Assert.True(File.Exists(Path.Combine(_folder, "answers", "__1.json")));
        OfficialAnswers again = OfficialAnswers.Open(Path.Combine(_folder, "answers"), samples, samples);
        Assert.Equal(["0", "1", "2", "3"], samples.Select(sample => Assert.Single(again.Read(sample).Segments).Phrase));
    }

    /// <summary>By itself each would be called by its picture's id, or by its own without a hash behind it.</summary>
    [Theory]
    [InlineData("same.png")]
    [InlineData("\u00e4.png")]
    public void Which_samples_are_chosen_changes_no_file_s_name(string image)
    {
        SegCapSample[] all = [Sample("\u00e4#1") with { Image = image }, Sample("\u00f6#1") with { Image = image }];
        Write(all, all);
        string answers = Path.Combine(_folder, "answers");
        string[] names = [.. Directory.GetFiles(answers).Order(StringComparer.Ordinal)];
        Assert.Equal(all.Length, names.Length);
        foreach (SegCapSample sample in all)
        {
            OfficialAnswers again = OfficialAnswers.Open(answers, all, [sample]);
            Assert.Equal($"{Array.IndexOf(all, sample)}", Assert.Single(again.Read(sample).Segments).Phrase);
            File.Delete(again.PathOf(sample));
        }

        Array.ForEach(all, sample => Write(all, [sample]));
        Assert.Equal(names, Directory.GetFiles(answers).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Mask Square => Mask.FromRectangle(20, 10, new PixelBox(0, 0, 4, 5));

    private static SegCapSample Sample(string id) => new()
    {
        Id = id,
        Image = "same.png",
        Width = 20,
        Height = 10,
        Task = "panoptic",
        Instruction = "?",
        Answer = "<p> a cat </p> [SEG]",
        Masks = [RunLengths.Of(Square)],
        Labels = ["a cat"],
    };

    private static string Spaced(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private GroundedAnswer Read(string caption, params string[] phrases)
    {
        File.WriteAllText(
            Path.Combine(_folder, "same.json"),
            JsonSerializer.Serialize(new { image_id = "same", caption, phrases, pred_masks = phrases.Select(_ => new { size = new[] { 10, 20 }, counts = CocoRle.Encode(Square) }) }));
        SegCapSample sample = Sample("1");
        return OfficialAnswers.Open(_folder, [sample], [sample]).Read(sample);
    }

    private string[] WrittenPhrases(SegCapSample sample, GroundedAnswer answer)
    {
        Write([sample], (sample, answer));
        using JsonDocument written = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "answers", "same.json")));
        return [.. written.RootElement.GetProperty("phrases").EnumerateArray().Select(phrase => phrase.GetString()!)];
    }

    /// <summary>Each says its number among all.</summary>
    private void Write(SegCapSample[] all, SegCapSample[] chosen) =>
        Write(all, [.. chosen.Select(sample => (sample, GroundedAnswer.FromText($"<p> {Array.IndexOf(all, sample)} </p> [SEG]", [Square])))]);

    private void Write(SegCapSample[] all, params (SegCapSample Sample, GroundedAnswer Answer)[] answers)
    {
        using PredictionStore store = PredictionStore.Open(null, new PredictionRun(2, "tiny", "tiny", 1), answers.ToDictionary(entry => entry.Sample.Id, entry => entry.Sample), new NoPictures());
        foreach ((SegCapSample sample, GroundedAnswer answer) in answers)
        {
            store.Append(Prediction.From(sample, sample.Image, string.Empty, answer));
        }

        OfficialAnswers.Write(_folder, all, [.. answers.Select(entry => entry.Sample)], store);
    }

    private sealed class NoPictures : IShownPictures
    {
        public string NameFor(SegCapSample sample) => sample.Image;

        public string HashOf(SegCapSample sample) => string.Empty;
    }
}
