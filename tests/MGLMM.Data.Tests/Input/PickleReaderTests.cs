using System.Numerics;
using System.Text;
using MGLMM.Data.Input;

namespace MGLMM.Data.Tests.Input;

/// <summary>Pickles; the bytes are what CPython's pickle module writes (shown by pickletools.dis).</summary>
public sealed class PickleReaderTests
{
    [Theory]
    [InlineData("(lp0\nI7\naL123456789012345678901L\naF0.5\naI01\naI00\naNaS'it\\'s \\xc3\\xa9'\np1\naVg\\u00fcl\\U0001f333\np2\nag2\na.", "7 123456789012345678901 0.5 True False  it's \u00e9 g\u00fcl\U0001F333 g\u00fcl\U0001F333")]
    public void Protocol_0_of_Python_2_and_3(string pickle, string expected) => Assert.Equal(expected, Joined(PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "x.p")));

    [Fact]
    public void Protocol_2_and_4()
    {
        // [1, 300, -2, 70000, 2**70, 0.25, True, None, u'é', b-like 'ab', (1, 2)], with memo and appends.
        byte[] two =
        [
            0x80, 2, .. "]q\0(K\u0001M"u8, 0x2c, 1, .. "J"u8, 0xfe, 0xff, 0xff, 0xff, .. "J"u8, 0x70, 0x11, 1, 0, 0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0x40,
            .. "G"u8, 0x3f, 0xd0, 0, 0, 0, 0, 0, 0, 0x88, .. "NX"u8, 2, 0, 0, 0, 0xc3, 0xa9, .. "q\u0001U\u0002abK\u0001K\u0002"u8, 0x86, .. "h\u0001e."u8,
        ];
        Assert.Equal("1 300 -2 70000 1180591620717411303424 0.25 True  é ab [1 2] é", Joined(PickleReader.Read(two, "x.p")));

        // pickle.dumps([{'a': 1}], protocol=4)
        byte[] four = [0x80, 4, 0x95, 14, 0, 0, 0, 0, 0, 0, 0, .. "]"u8, 0x94, .. "}"u8, 0x94, 0x8c, 1, .. "a"u8, 0x94, .. "K\u0001sa."u8];
        List<object?> list = Assert.IsType<List<object?>>(PickleReader.Read(four, "x.p"));
        Assert.Equal([("a", 1L)], Assert.IsType<PickleDictionary>(Assert.Single(list)).Entries);
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'ls'\ntR.", "GLOBAL")]
    [InlineData("(S'ls'\nios\nsystem\n.", "INST")]
    [InlineData("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.", "STACK_GLOBAL")]
    [InlineData("P7\n.", "PERSID")]
    [InlineData("(lp0\n}b.", "BUILD")]
    [InlineData("\u0082\u0001.", "EXT1")]
    public void What_is_more_than_data_is_refused_by_name_and_never_run(string pickle, string instruction)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "refs(unc).p"));
        Assert.Contains(instruction, exception.Message, StringComparison.Ordinal);
        Assert.Contains("'refs(unc).p'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("at byte", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("]")]
    [InlineData("h\u0001.")]
    [InlineData("I7x\n.")]
    [InlineData("X\u0010\0\0\0ab.")]
    [InlineData("S'ab\n.")]
    [InlineData("}K\u0001s.")]
    [InlineData("a.")]
    [InlineData("e.")]
    [InlineData("(lp0\nI7\na.I8\na.")]
    [InlineData("(I7\nI8\n(I9\nl.")]
    [InlineData("I7\nI8\n.")]
    public void Damage_is_told_with_its_byte(string pickle) =>
        Assert.Contains("at byte", Assert.Throws<InvalidDataException>(() => PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "x.p")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("]q\0h\0a.")]
    [InlineData("(](]q\0h\0h\0eq\u0001h\u0001h\u0001eq\u0002h\u0002h\u0002eq\u0003h\u0003h\u0003eq\u0004h\u0004h\u0004eq\u0005h\u0005h\u0005eq\u0006h\u0006h\u0006e.")]
    public void Lists_that_hold_themselves_or_many_copies_do_not_blow_up(string pickle)
    {
        using TemporaryFolder folder = new();
        string path = folder.PathOf("refs(unc).p");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(pickle));
        try
        {
            PickleJson.Walk(path, _ => { }, default);
        }
        catch (InvalidDataException exception)
        {
            Assert.Contains("refs(unc).p", exception.Message, StringComparison.Ordinal);
        }
    }

    private static string Joined(object? value) => string.Join(' ', Assert.IsType<List<object?>>(value).Select(Text));

    private static string Text(object? value) => value switch
    {
        List<object?> list => $"[{string.Join(' ', list.Select(Text))}]",
        BigInteger number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? string.Empty,
    };
}
