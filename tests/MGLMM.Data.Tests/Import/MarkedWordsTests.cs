using MGLMM.Data.Import;
using MGLMM.Data.Readers;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>Labels are marked where they stand as words, and never within one.</summary>
public sealed class MarkedWordsTests
{
    private const string Segmentation = """[[2.0, 2.0, 12.0, 3.0, 11.0, 14.0]]""";

    [Theory]
    [InlineData("A scarf next to a car.", "car", "A scarf next to a <p> car </p> [SEG].")]
    [InlineData("Several trees by a street.", "tree", "Several <p> trees </p> [SEG] by a street.")]
    [InlineData("Trees, and one tree.", "tree", "Trees, and one <p> tree </p> [SEG].")]
    [InlineData("Buses wait.", "bus", "<p> Buses </p> [SEG] wait.")]
    [InlineData("The dog's bone.", "dog", "The <p> dog's </p> [SEG] bone.")]
    [InlineData("A white t-shirt, a shirt.", "shirt", "A white t-shirt, a <p> shirt </p> [SEG].")]
    [InlineData("2.5 m and 5 more.", "5", "2.5 m and <p> 5 </p> [SEG] more.")]
    [InlineData("(a car) \"a car\"", "a car|a car", "(<p> a car </p> [SEG]) \"<p> a car </p> [SEG]\"")]
    [InlineData("The caf\u00e9s.", "caf", "The caf\u00e9s. [SEG]")]
    [InlineData("A carpet.", "car", "A carpet. [SEG]")]
    [InlineData("A car.", "car|car||clouds", "A <p> car </p> [SEG]. [SEG] [SEG] [SEG]")]
    public void Labels_of_a_caption_are_marked_as_words_and_its_words_stay_as_they_are(string caption, string labels, string expected)
    {
        ImportLog log = new();
        CaptionTruth truth = new("1", caption, labels.Split('|'), null, null);
        (string answer, int[] order) = truth.Marked(log);
        Assert.Equal(expected, answer);
        Assert.Equal(Enumerable.Range(0, truth.Labels.Count), order);
        Assert.Equal(caption, answer.Replace("<p> ", string.Empty, StringComparison.Ordinal).Replace(" </p>", string.Empty, StringComparison.Ordinal).Replace(" [SEG]", string.Empty, StringComparison.Ordinal));
        Assert.Equal(expected.Contains(". [SEG]", StringComparison.Ordinal), log.Notes() is [{ Reason: var reason }] && reason.Contains("without a phrase", StringComparison.Ordinal));
    }

    [Fact]
    public void Masks_go_with_their_labels_in_the_order_of_the_caption()
    {
        (string answer, int[] order) = new CaptionTruth("1", "A car by a tree.", ["clouds", "tree", "car"], null, null).Marked(new ImportLog());
        Assert.Equal("A <p> car </p> [SEG] by a <p> tree </p> [SEG]. [SEG]", answer);
        Assert.Equal([2, 1, 0], order);
    }

    [Theory]
    [InlineData("null", "the carpet", "<p> car </p> [SEG].")]
    [InlineData("null", "the two cars over there", "The two <p> cars </p> [SEG] over there.")]
    [InlineData("\"Next to the scarf {seg}.\"", "x", "Next to the scarf [SEG].")]
    [InlineData("\"On the carpet {seg}.\"", "x", "On the carpet [SEG].")]
    [InlineData("\"The cars {seg}.\"", "x", "The <p> cars </p> [SEG].")]
    public void A_name_of_Muse_is_no_half_of_a_word(string text, string phrase, string expected)
    {
        using TemporaryFolder folder = new();
        folder.Write("MUSE_val.json", $$"""
            [{"file_name": "1.jpg", "height": 30, "width": 40, "questions": ["Which?"], "text_answers": [{{text}}],
              "answers": [[{"segmentation": {{Segmentation}}, "category_name": "car", "rephrased_name": "{{phrase}}"}]]}]
            """);
        Assert.Equal(expected, Answer("muse", folder, ImportPurpose.Evaluation));
    }

    [Fact]
    public void A_phrase_of_GranD_f_is_no_half_of_a_word()
    {
        using TemporaryFolder folder = new();
        folder.Write("annotations/train/RefCOCOg_GCG_train.json", $$$"""
            [{"1": {"img_file_name": "1.jpg", "width": 40, "height": 30, "caption": "A scarf and a \ud83c\udf33 car.",
              "refs": [{"sentence": "car", "segmentation": {{{Segmentation}}}}, {"sentence": "carf", "segmentation": {{{Segmentation}}}}]}}]
            """);
        Assert.Equal("a scarf and a \U0001F333 <p> car </p> [SEG].", Answer("grandf", folder, ImportPurpose.Training));
    }

    private static string Answer(string kind, TemporaryFolder folder, ImportPurpose purpose) =>
        Assert.Single(SegCapFile.Read(DatasetImporter.Run(new ImportOptions { Kind = kind, Folder = folder.Location, Output = folder.PathOf("out.jsonl"), Purpose = purpose }).Output)).Answer;
}
