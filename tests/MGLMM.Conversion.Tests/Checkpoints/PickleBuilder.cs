using System.Buffers.Binary;
using System.Text;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Writes pickles instruction by instruction, so that a test can write what Python never would.</summary>
internal sealed class PickleBuilder
{
    private readonly MemoryStream _bytes = new();

    public static PickleBuilder Protocol2() => new PickleBuilder().Raw(0x80, 2);

    public PickleBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public PickleBuilder Op(char opcode) => Raw((byte)opcode);

    public PickleBuilder Ops(string opcodes) => Raw(Encoding.Latin1.GetBytes(opcodes));

    public PickleBuilder Global(string module, string name) => Ops($"c{module}\n{name}\n");

    public PickleBuilder Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').UInt32((uint)utf8.Length).Raw(utf8);
    }

    public PickleBuilder UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleBuilder Integer(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8A, 8).Raw(bytes);
    }

    public PickleBuilder Integers(params ReadOnlySpan<long> values)
    {
        Op('(');
        foreach (long value in values)
        {
            Integer(value);
        }

        return Op('t');
    }

    public PickleBuilder Storage(string type, string key, long count) =>
        Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Integer(count).Ops("tQ");

    /// <summary>A whole <c>_rebuild_tensor_v2</c> call.</summary>
    public PickleBuilder Tensor(string type, string key, long count, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage(type, key, count).Integer(offset)
            .Integers(shape).Integers(strides).Raw(0x89).Global("collections", "OrderedDict").Ops(")RtR");

    /// <summary>A state dict with one tensor <c>w</c>.</summary>
    public static byte[] OneTensor(string type, string key, long count, long offset, long[] shape, long[] strides) =>
        Protocol2().Op('}').Text("w").Tensor(type, key, count, offset, shape, strides).Op('s').Stop();

    public byte[] Stop()
    {
        Op('.');
        return _bytes.ToArray();
    }
}
