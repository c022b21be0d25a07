using System.Text;
using MGLMM.Data.Input;

namespace MGLMM.Data.Tests.Input;

public sealed class JsonFileTests
{
    [Theory]
    [InlineData("[1, {\"a\": [2, {}]}, \"x\", []]", "[0]=1|[1]={\"a\": [2, {}]}|[2]=\"x\"|[3]=[]")]
    [InlineData("{\"info\": {\"year\": 1}, \"images\": [{\"id\": 1}, {\"id\": 2}], \"empty\": [], \"n\": 5, \"again\": [[1], [2]]}", "info={\"year\": 1}|images[0]={\"id\": 1}|images[1]={\"id\": 2}|n=5|again[0]=[1]|again[1]=[2]")]
    [InlineData("\uFEFF[7]\n ", "[0]=7")]
    [InlineData("{}", "")]
    [InlineData("5", "=5")]
    public void Values_are_handled_one_by_one(string json, string expected) => Assert.Equal(expected, Walked(json));

    /// <summary>Of two properties of one name every reader takes one, and the other is lost without a word.</summary>
    [Fact]
    public void A_property_that_is_there_twice_is_told_with_its_place()
    {
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => JsonFile.Parse("x.json", "images", 3, Encoding.UTF8.GetBytes("{\"id\":1,\"name\":\"a\",\"id\":2}")));
        Assert.StartsWith("'x.json', images[3]: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("id", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\": 1, \"b\\ud800\": 2}", "byte 9: the name of a property")]
    public void A_name_that_is_no_text_is_told_with_its_byte(string json, string said) =>
        Assert.Contains(said, Assert.Throws<InvalidDataException>(() => Walked(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_of_many_buffers_gives_the_same_values_as_one_that_fits_and_reads_them_again()
    {
        // 3 MB, with values around every boundary and one that is longer than the first buffer.
        Random random = new(7);
        List<string> items = Enumerable.Range(0, 40_000).Select(index => $"{{\"id\": {index}, \"name\": \"{new string('ü', random.Next(60))}\"}}").ToList();
        items.Insert(20_000, "\"" + new string('x', 2_500_000) + "\"");
        using TemporaryFolder folder = new();
        string path = folder.Write("big.json", "{\"list\": [" + string.Join(", ", items) + "], \"end\": true}");
        using JsonFile file = JsonFile.Open(path);
        List<(long Offset, int Length)> places = new();
        int number = 0;
        file.Walk(
            value =>
            {
                if (value.Property == "list")
                {
                    Assert.Equal(number, value.Index);
                    Assert.True(value.Json.SequenceEqual(Encoding.UTF8.GetBytes(items[number])), $"item {number}");
                    places.Add((value.Offset, value.Json.Length));
                    number++;
                }
                else
                {
                    Assert.Equal("end", value.Property);
                }
            },
            null,
            default);
        Assert.Equal(items.Count, number);
        foreach (int index in (int[])[0, 1, 19_999, 20_001, 40_000])
        {
            using JsonFileElement again = file.Read("list", index, places[index].Offset, places[index].Length);
            Assert.Equal(items[index], again.Value.Element.GetRawText());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1, 2")]
    [InlineData("[1] 2")]
    [InlineData("{\"a\": [1, 2}")]
    [InlineData("[NaN]")]
    [InlineData("nonsense")]
    public void Damage_is_told_with_file_line_and_byte(string json)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Walked(json));
        Assert.Contains("'some.json': this is no JSON that can be read, at line ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_can_be_cancelled()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("some.json", "[1, 2, 3]");
        Assert.Throws<OperationCanceledException>(() => JsonFile.Walk(path, _ => { }, null, new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("{\"a\": {\"b\": [0, 1.5]}}", "'f.json', a.b[1]: it is the number 1.5 instead of a whole number.")]
    [InlineData("{\"a\": {\"b\": [0, \"x\"]}}", "'f.json', a.b[1]: it is a text instead of a whole number.")]
    [InlineData("{\"a\": {}}", "'f.json', a: it has no 'b'.")]
    [InlineData("{\"a\": [1]}", "'f.json', a: it is a list instead of an object.")]
    [InlineData("{\"a\": {\"b\": [0, 1e999]}}", "'f.json', a.b[1]: it is the number 1e999 instead of a whole number.")]
    public void A_wrong_value_is_told_with_its_place(string json, string message)
    {
        using JsonFileElement parsed = JsonFile.Parse("f.json", string.Empty, -1, Encoding.UTF8.GetBytes(json));
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => parsed.Value["a"]["b"][1].Integer()).Message);
    }

    private static string Walked(string json)
    {
        using TemporaryFolder folder = new();
        List<string> values = new();
        JsonFile.Walk(folder.Write("some.json", json), value => values.Add($"{JsonFile.Place(value.Property, value.Index)}={Encoding.UTF8.GetString(value.Json)}"), null, default);
        return string.Join('|', values);
    }
}
