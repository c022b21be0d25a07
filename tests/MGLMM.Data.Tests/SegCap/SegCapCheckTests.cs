using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Data.Tests.SegCap;

public sealed class SegCapCheckTests
{
    private const string Good = """{"id":"ID","version":2,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"<p> it </p> [SEG]","masks":[{"size":[4,6],"counts":"48<"}],"labels":["it"]MORE}""";

    [Fact]
    public void Faults_are_told_line_by_line_and_the_rest_is_counted()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.PathOf("a.png"), MaskPng.Encode(Mask.Full(6, 4)));
        File.WriteAllBytes(folder.PathOf("b.png"), MaskPng.Encode(Mask.Full(5, 4)));
        string[] lines =
        [
            Line("1", ""","made_up":1,"target":null"""),
            Line("1"),
            "not json",
            Line("2").Replace("48<", "48=", StringComparison.Ordinal),
            Line("3").Replace("a.png", "missing.png", StringComparison.Ordinal),
            Line("4").Replace("a.png", "b.png", StringComparison.Ordinal),
            Line("5").Replace("\"version\":2,", string.Empty, StringComparison.Ordinal).Replace("[SEG]", "[SEG] and [SEG]", StringComparison.Ordinal),
            string.Empty,
            Line("6", ""","made_up":2,"source":{"dataset":"coco","split":"val","url":"x"}"""),
        ];
        SegCapReport report = SegCapCheck.Run(folder.Write("segcap.jsonl", string.Join('\n', lines)));
        Assert.Equal([2, 3, 4, 5, 6, 7], report.Faults.Select(fault => fault.Line));
        Assert.Equal(6, report.FaultCount);
        string[] said = ["the id '1' is there twice", "is an invalid JSON literal", "run", "'missing.png' is not there", "5x4 instead of 6x4", "has 2 [SEG] and 1 masks"];
        Assert.All(report.Faults.Zip(said), pair => Assert.Contains(pair.Second, pair.First.Message, StringComparison.Ordinal));
        Assert.Equal((7, 7, 3, 7), (report.Counts.Samples, report.Counts.Questions, report.Counts.Pictures, report.Counts.Masks));
        Assert.Equal(new Dictionary<string, long> { ["made_up"] = 2, ["source.url"] = 1 }, report.Counts.UnknownFields);
        Assert.Equal(new Dictionary<string, long> { ["coco val"] = 1 }, report.Counts.Sources);
        Assert.Equal(new Dictionary<string, long> { ["1"] = 1, ["2"] = 6 }, report.Counts.Versions);
    }

    [Fact]
    public void Every_sample_is_held_to_its_pictures_size()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.PathOf("a.png"), MaskPng.Encode(Mask.Full(6, 4)));
        string turned = Line("2").Replace("\"width\":6,\"height\":4", "\"width\":4,\"height\":6", StringComparison.Ordinal).Replace("[4,6]", "[6,4]", StringComparison.Ordinal);
        SegCapReport report = SegCapCheck.Run(folder.Write("segcap.jsonl", string.Join('\n', Line("1"), turned, Line("3"))));
        SegCapFault fault = Assert.Single(report.Faults);
        Assert.Equal((2, "its picture is 6x4 instead of 4x6."), (fault.Line, fault.Message));
    }

    [Fact]
    public void An_empty_file_is_a_fault()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("the file holds no samples.", Assert.Single(SegCapCheck.Run(folder.Write("segcap.jsonl", "\n\n")).Faults).Message);
    }

    private static string Line(string id, string more = "") => Good.Replace("ID", id, StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal);
}
