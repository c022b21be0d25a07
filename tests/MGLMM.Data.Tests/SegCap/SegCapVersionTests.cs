using System.Text.Json;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.SegCap;

/// <summary>Both versions of the format; <c>docs/segcap-format.md</c> is what they are held to.</summary>
public sealed class SegCapVersionTests
{
    private const string Mask = """{"size":[4,6],"counts":"48<"}""";
    private const string Version1 = """{"id":"a","image":"a.png","width":6,"height":4,"task":"list","instruction":"Find it.","answer":"<p> it </p> [SEG] .","masks":[MASK],"labels":["it"],"parents":[null]}""";
    private const string Head = """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"refer_one",""";
    private const string One = Head + """ "instruction":"Find it.","answer":"<p> it </p> [SEG]","masks":[MASK],"labels":["it"]""";

    [Fact]
    public void A_line_of_version_1_reads_as_ever()
    {
        SegCapSample sample = Read(Version1);
        Assert.Equal((1, "a", "list", "Find it."), (sample.Version, sample.Id, sample.Task, sample.Instruction));
        Assert.Equal("48<", Assert.Single(sample.Masks).Counts);
        Assert.Equal([null], sample.Parents);
        Assert.Null(sample.Unknown);
        Assert.Same(sample, Assert.Single(sample.Questions()));
    }

    [Fact]
    public void A_line_of_version_1_may_use_the_names_of_version_2_for_fields_of_its_own()
    {
        SegCapSample sample = Read(Version1[..^1] + ""","source":"my camera","turns":3,"ignore":true}""");
        Assert.Null(sample.Source);
        Assert.Empty(sample.Turns);
        Assert.Equal(["ignore", "source", "turns"], sample.Unknown!.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>Half a character would only be noticed when the sample is written, and a byte that is no UTF-8 would become another character without a word.</summary>
    [Theory]
    [InlineData("\\ud800", "the text at byte ")]
    [InlineData("caf\u00e9", "is no UTF-8 text, or a control character")]
    public void A_text_that_is_none_is_refused_with_its_line_and_place(string text, string said)
    {
        using TemporaryFolder folder = new();
        string path = folder.PathOf("segcap.jsonl");
        string whole = (One + "}").Replace("MASK", Mask, StringComparison.Ordinal);
        string wrong = (One + ""","source":{"dataset":"x","ids":{"name":"TEXT"}}}""").Replace("MASK", Mask, StringComparison.Ordinal).Replace("\"id\":\"a\"", "\"id\":\"b\"", StringComparison.Ordinal).Replace("TEXT", text, StringComparison.Ordinal);
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(whole + "\n" + wrong + "\n"));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => SegCapFile.Read(path));
        Assert.Contains("Line 2 of 'segcap.jsonl'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(SegCapCheck.Run(path, withPictures: false).Faults).Line);
    }

    [Fact]
    public void Everything_of_version_2_is_read()
    {
        SegCapSample sample = Read(One + ""","ignore":MASK,"references":["It.","<p> it </p> [SEG]"],"expression":"it","source":{"dataset":"refcoco","split":"val","ids":{"ref_id":7,"ann_id":[1,2]}},"""
            + """ "regions":[{"id":"1","label":"thing","mask":MASK},{"id":"2","parent":"1","label":"part","caption":"A part.","mask":MASK,"crowd":true}]}""");
        Assert.Equal("48<", sample.Ignore!.Counts);
        Assert.Equal(["It.", "<p> it </p> [SEG]"], sample.References);
        Assert.Equal(("refcoco", "val", 7, 2), (sample.Source!.Dataset, sample.Source.Split, sample.Source.Ids!["ref_id"].GetInt32(), sample.Source.Ids["ann_id"].GetArrayLength()));
        Assert.Equal([(null, "thing", null, false), ("1", "part", "A part.", true)], sample.Regions.Select(region => (region.Parent, region.Label, region.Caption, region.Crowd)));
        Assert.Equal(8, SegCapFile.IgnoreOf(sample)!.Area);
    }

    [Fact]
    public void Turns_are_questions_of_their_own()
    {
        SegCapSample sample = Read(Head + """ "ignore":MASK,"source":{"dataset":"grefcoco","ids":{"image_id":5}},"turns":[{"instruction":"Find it.","answer":"<p> it </p> [SEG]","masks":[MASK],"labels":["it"]},"""
            + """{"instruction":"Find a zebra.","answer":"No.","target":"none","task":"refer_none","ids":{"ref_id":9}}]}""");
        SegCapSample[] questions = sample.Questions().ToArray();
        Assert.Equal(["a#1", "a#2"], questions.Select(question => question.Id));
        Assert.Equal(["refer_one", "refer_none"], questions.Select(question => question.Task));
        Assert.Equal([1, 0], questions.Select(question => question.Masks.Count));
        Assert.Equal([null, SegCapTarget.None], questions.Select(question => question.Target));
        Assert.All(questions, question => Assert.Equal("48<", question.Ignore!.Counts));
        Assert.Equal((5, 9), (questions[1].Source!.Ids!["image_id"].GetInt32(), questions[1].Source!.Ids!["ref_id"].GetInt32()));
    }

    [Theory]
    [InlineData("no instruction", Head + "\"width\":6}")]
    [InlineData("neither an instruction nor turns", Head + "\"turns\":[]}")]
    [InlineData("these belong into the turns", One + ""","turns":[{"instruction":"x","answer":"y"}]}""")]
    [InlineData("its target is 'some'", One + ""","target":"some"}""")]
    [InlineData("its target is none, and it has 1 masks", One + ""","target":"none"}""")]
    [InlineData("has 1 [SEG] and 0 masks", Head + """ "instruction":"x","answer":"[SEG]"}""")]
    [InlineData("do not hold its answer", One + ""","references":["something else"]}""")]
    [InlineData("two regions have the id '1'", One + ""","regions":[{"id":"1","label":"a","mask":MASK},{"id":"1","label":"b","mask":MASK}]}""")]
    [InlineData("part of '9', which is no region", One + ""","regions":[{"id":"1","parent":"9","label":"a","mask":MASK}]}""")]
    [InlineData("is part of itself", One + ""","regions":[{"id":"1","parent":"2","label":"a","mask":MASK},{"id":"2","parent":"1","label":"b","mask":MASK}]}""")]
    [InlineData("the ignored pixels: its size is [3, 3]", One + ""","ignore":{"size":[3,3],"counts":"9"}}""")]
    [InlineData("turn 2: its answer has 1 [SEG] and 0 masks", Head + """ "turns":[{"instruction":"x","answer":"y"},{"instruction":"x","answer":"[SEG]"}]}""")]
    [InlineData("version 3", """{"version":3}""")]
    [InlineData("its version is no whole number", """{"version":"2"}""")]
    public void What_breaks_a_rule_of_version_2_is_refused(string said, string line)
    {
        // A sample without instruction is one of the second case.
        said = said == "no instruction" ? "neither an instruction nor turns" : said;
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Read(line));
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.Contains("Line 1 of 'segcap.jsonl'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"a","image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y","masks":[],"labels":[]}""")]
    [InlineData("""{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y","masks":[],"labels":[],"target":"none","later":[1,{"a":"b"}]}""")]
    [InlineData("""{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"pair","turns":[{"instruction":"x","answer":"y","masks":[],"labels":[],"more":1},{"instruction":"x","answer":"[SEG]","masks":[MASK],"labels":["it"]}],"source":{"dataset":"x","ids":{"a":1},"url":"u"}}""")]
    [InlineData("""{"id":"a","image":"a.png","width":6,"height":4,"task":"question","instruction":"x","answer":"No.","masks":[],"labels":[],"pair":"kind","truth":false}""")]
    public void What_is_written_is_what_was_read_unknown_fields_too(string line)
    {
        line = line.Replace("MASK", Mask, StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(Parse(line), Parse(System.Text.Encoding.UTF8.GetString(SegCapWriter.ToUtf8(Read(line))))), System.Text.Encoding.UTF8.GetString(SegCapWriter.ToUtf8(Read(line))));
    }

    [Fact]
    public void A_sample_that_uses_version_2_says_so()
    {
        SegCapSample sample = Read(Version1) with { Target = null, Ignore = new RunLengths([4, 6], "48<") };
        Assert.Equal(2, Parse(System.Text.Encoding.UTF8.GetString(SegCapWriter.ToUtf8(sample))).GetProperty("version").GetInt32());
    }

    [Fact]
    public void Ids_of_turns_and_of_samples_do_not_meet()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("segcap.jsonl", (Head + """ "turns":[{"instruction":"x","answer":"y"},{"instruction":"x","answer":"y"}]}""" + "\n" + Version1.Replace("\"a\"", "\"a#2\"", StringComparison.Ordinal)).Replace("MASK", Mask, StringComparison.Ordinal));
        Assert.Contains("repeats the id 'a#2'", Assert.Throws<InvalidDataException>(() => SegCapFile.Read(path)).Message, StringComparison.Ordinal);
    }

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    private static SegCapSample Read(string line)
    {
        using TemporaryFolder folder = new();
        return Assert.Single(SegCapFile.Read(folder.Write("segcap.jsonl", line.Replace("MASK", Mask, StringComparison.Ordinal))));
    }
}
