using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Predictions;

namespace MGLMM.Evaluation.Tests.Predictions;

public sealed class PredictionStoreTests : IDisposable
{
    private static readonly PredictionRun Run = new(2, "tiny", "0123456789abcdef", 512);
    private static readonly NamedPictures Pictures = new();
    private static readonly SegCapSample First = Sample("a", "What is it?");
    private static readonly SegCapSample Second = Sample("b", "And this?");
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-store-").FullName;

    private string File => Path.Combine(_folder, "predictions.jsonl");

    [Fact]
    public void Answers_come_back_as_they_were_kept()
    {
        Prediction kept = Answer(First, "<p> it's \"é\" </p> [SEG]");
        using (PredictionStore store = Open(Run, First))
        {
            store.Append(kept);
        }

        using PredictionStore again = Open(Run, First, Second);
        Assert.True(again.Contains("a"));
        Assert.False(again.Contains("b"));
        Assert.Equivalent(kept, again.Read("a"), strict: true);
        again.Append(Answer(Second, "two"));
        Assert.Equal(("<p> it's \"é\" </p> [SEG]", "two"), (again.Read("a").Text, again.Read("b").Text));
    }

    [Theory]
    [InlineData("{\"id\":\"b\",\"ima")]
    [InlineData("{\"id\":\"b\",\"image\":\"p.png\",\"shown\":\"p.png 0\",\"instruction\":\"And this?\",\"text\":\"x\",\"segments\":[]}")]
    public void A_line_without_an_end_is_thrown_away(string cut)
    {
        Keep(First);
        System.IO.File.AppendAllText(File, cut);
        using (PredictionStore store = Open(Run, First, Second))
        {
            Assert.True(store.Contains("a"));
            Assert.False(store.Contains("b"));
            store.Append(Answer(Second, "two"));
        }

        using PredictionStore again = Open(Run, First, Second);
        Assert.Equal("two", again.Read("b").Text);
        again.Dispose();
        Assert.Equal(3, System.IO.File.ReadAllLines(File).Length);
    }

    [Fact]
    public void Answers_of_another_model_are_refused()
    {
        Keep(First);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Open(Run with { Bundle = "fedcba9876543210" }, First));
        Assert.Contains("another file", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, System.IO.File.ReadAllLines(File).Length);
    }

    /// <summary>A model without a fingerprint is known by its name.</summary>
    [Fact]
    public void A_short_name_is_told_as_it_is()
    {
        Keep(First);
        Assert.Contains("not of tiny (own,", Assert.Throws<InvalidDataException>(() => Open(Run with { Bundle = "own" }, First)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_to_another_question_or_about_another_picture_are_refused()
    {
        Keep(First);
        Assert.Contains("Line 2", Assert.Throws<InvalidDataException>(() => Open(Run, First with { Instruction = "Who is it?" })).Message, StringComparison.Ordinal);
        Assert.Contains("Line 2", Assert.Throws<InvalidDataException>(() => Open(Run, First with { Image = "q.png" })).Message, StringComparison.Ordinal);
        Assert.Contains("Line 2", Assert.Throws<InvalidDataException>(() => Open(Run, First with { History = [new SegCapTurn("What?", "A cat.")] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_in_an_earlier_format_are_refused()
    {
        Keep(First);
        Assert.Contains("format 2", Assert.Throws<InvalidDataException>(() => Open(Run with { Format = 3 }, First)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{\"image_id\":1,\"category_id\":2}]")]
    [InlineData("{\"format\":2,\"model\":\"another\"")]
    [InlineData("{}\n")]
    public void Another_file_stays_as_it_is(string content)
    {
        System.IO.File.WriteAllText(File, content);
        Assert.Contains("stays as it is", Assert.Throws<InvalidDataException>(() => Open(Run, First)).Message, StringComparison.Ordinal);
        Assert.Equal(content, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_file_that_was_cut_off_in_its_first_line_is_begun_anew()
    {
        System.IO.File.WriteAllText(File, "{\"format\":2,\"model\":\"ti");
        Keep(First);
        using PredictionStore again = Open(Run, First);
        Assert.True(again.Contains("a"));
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        Keep(First);
        System.IO.File.AppendAllText(File, "{}\n");
        Assert.Contains("Line 3", Assert.Throws<InvalidDataException>(() => Open(Run, First)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_can_only_be_written_by_one()
    {
        using PredictionStore store = Open(Run, First);
        Assert.Throws<IOException>(() => Open(Run, First));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        Prediction damaged = Answer(First, "x") with { Segments = [new PredictedSegment(null, new RunLengths([2, 2], "4"))] };
        Assert.Throws<InvalidDataException>(() => damaged.Masks(First));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static SegCapSample Sample(string id, string instruction) =>
        new() { Id = id, Image = "p.png", Width = 4, Height = 3, Task = "refer_one", Instruction = instruction, Answer = "It is." };

    private static Prediction Answer(SegCapSample sample, string text) =>
        new(sample.Id, sample.Image, Pictures.HashOf(sample), sample.Instruction, text, [new PredictedSegment("it", new RunLengths([3, 4], "<"))]);

    private void Keep(SegCapSample sample)
    {
        using PredictionStore store = Open(Run, sample);
        store.Append(Answer(sample, "one"));
    }

    private PredictionStore Open(PredictionRun run, params SegCapSample[] samples) =>
        PredictionStore.Open(File, run, samples.ToDictionary(sample => sample.Id), Pictures);

    private sealed class NamedPictures : IShownPictures
    {
        public string NameFor(SegCapSample sample) => sample.Image;

        public string HashOf(SegCapSample sample) => $"{sample.Image} {sample.History.Count}";
    }
}
