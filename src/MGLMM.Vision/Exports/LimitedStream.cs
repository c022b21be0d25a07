namespace MGLMM.Vision.Exports;

/// <summary>A file in memory that stops growing at a limit, so that no export fills the memory before anybody looks at its size.</summary>
internal sealed class LimitedStream(long limit) : MemoryStream
{
    public override void Write(byte[] buffer, int offset, int count)
    {
        Check(count);
        base.Write(buffer, offset, count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Check(buffer.Length);
        base.Write(buffer);
    }

    public override void WriteByte(byte value)
    {
        Check(1);
        base.WriteByte(value);
    }

    private void Check(int more)
    {
        if (Position + more > limit)
        {
            throw new ExportTooLargeException(limit);
        }
    }
}
