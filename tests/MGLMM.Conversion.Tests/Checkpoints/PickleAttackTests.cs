using System.Text;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using MGLMM.Conversion.Checkpoints.Torch;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Pickles made to run code or to exhaust the reader: each is refused, and the message names the culprit.</summary>
public sealed class PickleAttackTests
{
    [Theory]
    [InlineData("posix", "system")]
    [InlineData("os", "system")]
    [InlineData("nt", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("__builtin__", "exec")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("torch", "nn.parameter Parameter")]
    [InlineData("torch._utils _rebuild_tensor_v2", "")]
    [InlineData("Torch", "FloatStorage")]
    [InlineData("collections", "OrderedDict ")]
    public void Globals_off_the_list_are_refused_by_name(string module, string name)
    {
        byte[] pickle = PickleBuilder.Protocol2().Global(module, name).Op('(').Text("id").Ops("tR").Stop();

        Assert.Contains($"'{module}.{name}'", Refusal(pickle), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_opcode_off_the_list_is_refused_by_name_byte_and_place()
    {
        for (int opcode = 0; opcode < 256; opcode++)
        {
            if (Enum.IsDefined((PickleOpcode)opcode))
            {
                continue;
            }

            // Enough on the stack and behind the opcode for it to do harm, were it executed.
            byte[] pickle = PickleBuilder.Protocol2().Op('}').Op('(').Text("os").Text("system").Raw((byte)opcode).Ops("os\nsystem\n\0\0\0\0\0\0\0\0").Stop();
            string message = Refusal(pickle);
            Assert.Contains($"needs the pickle opcode {PickleOpcodeNames.NameOf((byte)opcode)} (0x{opcode:X2})", message, StringComparison.Ordinal);
            Assert.Contains("at byte 22", message, StringComparison.Ordinal);
            Assert.Contains("torch.save(model.state_dict()", message, StringComparison.Ordinal);
        }

        Assert.Equal("INST", PickleOpcodeNames.NameOf((byte)'i'));
        Assert.Equal("OBJ", PickleOpcodeNames.NameOf((byte)'o'));
        Assert.Equal("EXT1", PickleOpcodeNames.NameOf(0x82));
        Assert.Equal("STACK_GLOBAL", PickleOpcodeNames.NameOf(0x93));
        Assert.Equal("LONG4", PickleOpcodeNames.NameOf(0x8B));
    }

    [Fact]
    public void Nothing_but_the_known_calls_can_be_described()
    {
        Refusal(PickleBuilder.Protocol2().Text("os.system").Ops(")R").Stop());
        Refusal(PickleBuilder.Protocol2().Global("collections", "OrderedDict").Op('(').Ops("]tR").Stop());
        Refusal(PickleBuilder.Protocol2().Global("torch", "FloatStorage").Ops(")R").Stop());
        Refusal(PickleBuilder.Protocol2().Global("torch", "Tensor").Ops(")").Raw(0x81).Stop());
        Refusal(PickleBuilder.Protocol2().Global("torch", "Size").Ops("NR").Stop());
        Refusal(PickleBuilder.Protocol2().Global("torch._utils", "_rebuild_parameter").Ops("(NNNtR").Stop());
        Refusal(PickleBuilder.Protocol2().Global("torch._tensor", "_rebuild_from_type_v2").Op('(')
            .Global("collections", "OrderedDict").Global("torch", "Tensor").Ops(")}tR").Stop());
        Refusal(PickleBuilder.Protocol2().Global("torch._utils", "_rebuild_tensor_v2").Ops("(NNNNNNtR").Stop());
    }

    [Fact]
    public void State_is_set_on_dictionaries_only()
    {
        Assert.Contains("BUILD", Refusal(PickleBuilder.Protocol2().Ops("]}b").Stop()), StringComparison.Ordinal);
        Refusal(PickleBuilder.Protocol2().Global("torch", "Tensor").Ops("}b").Stop());
        Refusal(PickleBuilder.Protocol2().Ops("})b").Stop());
        Assert.IsType<PickleDictionary>(Interpret(PickleBuilder.Protocol2().Ops("}}b").Stop()));
    }

    [Fact]
    public void Lengths_beyond_the_pickle_are_refused_without_allocating_them()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refusal(PickleBuilder.Protocol2().Op('X').UInt32(uint.MaxValue).Stop());
        Refusal(PickleBuilder.Protocol2().Op('X').UInt32(1 << 20).Stop());
        Refusal(PickleBuilder.Protocol2().Raw(0x8A, 255).Stop());
        Refusal(PickleBuilder.Protocol2().Raw(0x8A, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9).Stop());
        Refusal(PickleBuilder.Protocol2().Raw(0x8B).UInt32(int.MaxValue).Stop());
        Refusal(PickleBuilder.Protocol2().Op('r').UInt32(uint.MaxValue).Stop());
        Refusal(PickleBuilder.Protocol2().Op('j').UInt32(uint.MaxValue).Stop());
        Refusal(PickleBuilder.Protocol2().Ops("cos").Stop());
        Refusal(PickleBuilder.Protocol2().Ops("c" + new string('a', 100_000) + "\nb\n").Stop());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Work_memo_stack_strings_and_nesting_are_capped()
    {
        PickleLimits limits = new() { Opcodes = 1000, MemoSize = 10, StackDepth = 20, StringLength = 30, Nesting = 5 };
        Assert.Contains("instructions", Refusal(PickleBuilder.Protocol2().Op('N').Ops(string.Concat(Enumerable.Repeat("q\0", 1000))).Stop(), limits), StringComparison.Ordinal);
        Assert.Contains("stack", Refusal(Repeat("N", 21), limits), StringComparison.Ordinal);
        Assert.Contains("nested", Refusal(PickleBuilder.Protocol2().Op(')').Raw(0x85, 0x85, 0x85, 0x85, 0x85).Stop(), limits), StringComparison.Ordinal);
        Assert.Contains("marks", Refusal(Repeat("(", 6), limits), StringComparison.Ordinal);
        Assert.Contains("string of 31 bytes", Refusal(PickleBuilder.Protocol2().Text(new string('a', 31)).Stop(), limits), StringComparison.Ordinal);
        PickleBuilder memo = PickleBuilder.Protocol2().Op('N');
        for (byte i = 0; i < 11; i++)
        {
            memo.Raw((byte)'q', i);
        }

        Assert.Contains("remembered", Refusal(memo.Stop(), limits), StringComparison.Ordinal);
        Assert.Contains("data.pkl has", Refusal(Repeat("N", 500), new PickleLimits { Length = 100 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Bombs_are_defused_within_the_default_limits()
    {
        // Two million containers inside each other, and a doubling list: neither recursion nor expansion follows.
        Refusal(PickleBuilder.Protocol2().Op(')').Raw(Enumerable.Repeat((byte)0x85, 3_000_000).ToArray()).Stop());
        PickleBuilder doubling = PickleBuilder.Protocol2().Ops("]q\0");
        for (byte i = 0; i < 60; i++)
        {
            doubling.Ops("(h").Raw(i).Op('h').Raw(i).Ops("tq").Raw((byte)(i + 1));
        }

        Refusal(doubling.Stop());
        Refusal(Repeat("N", 3_000_000));
        Refusal(Repeat("N0", 10));
    }

    [Fact]
    public void Containers_that_contain_themselves_are_refused()
    {
        Refusal(PickleBuilder.Protocol2().Ops("]q\0h\0a").Stop());
        Refusal(PickleBuilder.Protocol2().Ops("}q\0").Text("state_dict").Ops("h\0s").Stop());

        // Around a corner: a dictionary in a list in itself. It is walked at most a few wrappers deep.
        byte[] corner = PickleBuilder.Protocol2().Ops("}q\0").Text("state_dict").Ops("}q").Raw(1).Text("module").Ops("h\0ss").Stop();
        Assert.Throws<CheckpointFormatException>(() => Open(corner));
    }

    [Fact]
    public void Broken_stacks_are_refused()
    {
        foreach (string opcodes in (string[])["", "R", "NR", "t", "e", "(", "NN", "Na", "}Ns", "]s", "(Nu", "}(Nu", "]NNs", "b", "Q", "NQ", "h\0", "q\0", "N(\u0085", "(a", "N(b", "N.N"])
        {
            Refusal(PickleBuilder.Protocol2().Ops(opcodes).Stop());
        }

        Refusal([]);
        Refusal([0x80]);
        Refusal([0x80, 2]);
        Refusal([0x80, 2, (byte)'N']);
        Refusal([.. "N."u8]);
        Refusal(PickleBuilder.Protocol2().Raw(0x80, 2).Op('N').Stop());
        Refusal(PickleBuilder.Protocol2().Op('X').UInt32(2).Raw(0xC3, 0x28).Stop());
        Refusal(PickleBuilder.Protocol2().Ops("}(").Text("a").Op('N').Text("a").Ops("Nu").Stop());
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\b")]
    [InlineData("C:x")]
    [InlineData("a\0b")]
    public void Storages_stay_inside_the_archive(string key)
    {
        byte[] pickle = PickleBuilder.OneTensor("FloatStorage", key, 1, 0, [1], [1]);

        Assert.Contains("storage", Refusal(pickle), StringComparison.Ordinal);
    }

    [Fact]
    public void One_storage_has_one_description()
    {
        byte[] pickle = PickleBuilder.Protocol2().Storage("FloatStorage", "0", 4).Storage("LongStorage", "0", 2).Raw(0x86).Stop();

        Assert.Contains("in two ways", Refusal(pickle), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, new long[] { 4 }, new long[] { 1 }, null)]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 }, "reaches beyond")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 4 }, "reaches beyond")]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "reaches beyond")]
    [InlineData(4, 5, new long[] { 0 }, new long[] { 1 }, "reaches beyond")]
    [InlineData(4, 4, new long[] { 0 }, new long[] { 1 }, null)]
    [InlineData(4, 4, new long[] { }, new long[] { }, "reaches beyond")]
    [InlineData(4, -1, new long[] { 1 }, new long[] { 1 }, "reaches beyond")]
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 }, "negative")]
    [InlineData(4, 3, new long[] { 2 }, new long[] { -1 }, "negative")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 2 }, "strides")]
    [InlineData(4, 0, new long[] { long.MaxValue, 3 }, new long[] { 0, 0 }, "64 bits")]
    [InlineData(4, 0, new long[] { 3, 3 }, new long[] { long.MaxValue, 1 }, "64 bits")]
    [InlineData(4, long.MaxValue, new long[] { 2 }, new long[] { 1 }, "reaches beyond")]
    [InlineData(4, 0, new long[] { 1L << 40 }, new long[] { 0 }, "expanded")]
    [InlineData(5, 0, new long[] { 4 }, new long[] { 1 }, "bytes instead of")]
    [InlineData(-4, 0, new long[] { 4 }, new long[] { 1 }, "bytes instead of")]
    [InlineData((1L << 62) + 4, 0, new long[] { 4 }, new long[] { 1 }, "bytes instead of")]
    public void Tensors_stay_inside_their_storage(long count, long offset, long[] shape, long[] strides, string? problem)
    {
        byte[] pickle = PickleBuilder.OneTensor("FloatStorage", "0", count, offset, shape, strides);

        if (problem is null)
        {
            Open(pickle);
        }
        else
        {
            CheckpointFormatException refusal = Assert.Throws<CheckpointFormatException>(() => Open(pickle));
            Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("'w'", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_untyped_storage_holds_bytes()
    {
        using TemporaryFolder folder = new();
        byte[] pickle = PickleBuilder.OneTensor("UntypedStorage", "0", 16, 3, [2], [1]);
        using Checkpoint checkpoint = Checkpoint.Open(folder.Write("x.bin", StoredZipBuilder.Torch(pickle, ("0", [.. Enumerable.Range(0, 16).Select(i => (byte)i)]))));

        float[] values = new float[2];
        checkpoint.Tensors["w"].ReadFloats(values);
        Assert.Equal([3f, 4f], values);
    }

    [Fact]
    public void Hostile_names_cannot_repaint_a_terminal()
    {
        string message = Refusal(PickleBuilder.Protocol2().Global("o\u001b[2Js", "system\u009b").Stop());

        Assert.DoesNotContain(message, character => char.IsControl(character));
        Assert.Contains("o\\u001b[2Js.system\\u009b", message, StringComparison.Ordinal);
    }

    private static void Open(byte[] pickle)
    {
        using TemporaryFolder folder = new();
        using Checkpoint checkpoint = Checkpoint.Open(folder.Write("x.bin", StoredZipBuilder.Torch(pickle, ("0", new byte[16]))));
    }

    private static object Interpret(byte[] pickle, PickleLimits? limits = null) => PickleInterpreter.Interpret(pickle, "x.bin", limits ?? PickleLimits.Default);

    private static string Refusal(byte[] pickle, PickleLimits? limits = null) =>
        Assert.Throws<CheckpointFormatException>(() => Interpret(pickle, limits)).Message;

    private static byte[] Repeat(string opcodes, int times) =>
        PickleBuilder.Protocol2().Raw(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(opcodes, times)))).Stop();
}
