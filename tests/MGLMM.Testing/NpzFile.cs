using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MGLMM.Testing;

/// <summary>
/// Reads NumPy archives (<c>.npz</c>: a zip of <c>.npy</c> files, format versions 1 to 3) with little-endian numbers in C order.
/// All arrays are read at once; instances are immutable and may be shared between threads.
/// </summary>
public sealed class NpzFile
{
    private readonly Dictionary<string, NpyArray> _arrays = new(StringComparer.Ordinal);
    private readonly string _path;

    private NpzFile(string path) => _path = path;

    /// <summary>The arrays' names.</summary>
    public IReadOnlyCollection<string> Names => _arrays.Keys;

    /// <summary>The array of that name.</summary>
    public NpyArray this[string name] => _arrays.TryGetValue(name, out NpyArray? array)
        ? array
        : throw new KeyNotFoundException($"{_path} has no array '{name}'; it has: {string.Join(", ", _arrays.Keys)}.");

    /// <summary>True if there is an array of that name.</summary>
    public bool Contains(string name) => _arrays.ContainsKey(name);

    /// <summary>Reads a whole archive.</summary>
    public static NpzFile Load(string path)
    {
        NpzFile file = new(path);
        using ZipArchive archive = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream buffer = new();
            stream.CopyTo(buffer);
            string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
            file._arrays.Add(name, NpyArray.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), $"{path}:{name}"));
        }

        return file;
    }
}

/// <summary>One NumPy array in row-major order.</summary>
public sealed partial class NpyArray
{
    private readonly byte[] _data;
    private readonly string _name;

    private NpyArray(string name, string type, int[] shape, byte[] data)
    {
        _name = name;
        _data = data;
        Type = type;
        Shape = shape;
    }

    /// <summary>NumPy's type name: <c>&lt;f4</c>, <c>&lt;f8</c>, <c>|u1</c>, <c>&lt;i8</c>, <c>&lt;i4</c>, <c>&lt;i2</c> or <c>|b1</c>.</summary>
    public string Type { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Length => Shape.Aggregate(1, (product, dimension) => product * dimension);

    /// <summary>The elements of a float32 array, without a copy.</summary>
    public ReadOnlySpan<float> Floats => View<float>("<f4");

    /// <summary>The elements of a float64 array, without a copy.</summary>
    public ReadOnlySpan<double> Doubles => View<double>("<f8");

    /// <summary>The elements of an int64 array, without a copy.</summary>
    public ReadOnlySpan<long> Longs => View<long>("<i8");

    /// <summary>The elements of an int16 array, without a copy.</summary>
    public ReadOnlySpan<short> Shorts => View<short>("<i2");

    /// <summary>The elements of an int32 array, without a copy.</summary>
    public ReadOnlySpan<int> Ints => View<int>("<i4");

    /// <summary>The elements of a uint8 or bool array (0 or 1), without a copy.</summary>
    public ReadOnlySpan<byte> Bytes => Type == "|b1" ? _data : View<byte>("|u1");

    /// <summary>The elements of a float32 array from <paramref name="index"/> of the first dimension, without a copy.</summary>
    public ReadOnlySpan<float> FloatsAt(int index)
    {
        int size = Length / Shape[0];
        return Floats.Slice(index * size, size);
    }

    /// <summary>Reads one <c>.npy</c> file's bytes.</summary>
    public static NpyArray Parse(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 10 || file[0] != 0x93 || !file[1..].StartsWith("NUMPY"u8))
        {
            throw new InvalidDataException($"{name} is not a .npy file.");
        }

        int major = file[6];
        int start = major == 1 ? 10 : 12;
        int headerLength = major == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(file[8..])
            : BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
        string header = Encoding.UTF8.GetString(file.Slice(start, headerLength));

        string type = Field(header, TypePattern(), name);
        if (Field(header, OrderPattern(), name) != "False")
        {
            throw new InvalidDataException($"{name} is in Fortran order; save it with numpy.ascontiguousarray.");
        }

        int[] shape = [.. Field(header, ShapePattern(), name)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

        int elementSize = type switch
        {
            "<i2" => 2,
            "<f4" or "<i4" => 4,
            "<f8" or "<i8" => 8,
            "|u1" or "|b1" => 1,
            _ => throw new InvalidDataException($"{name} holds '{type}', which this reader does not know."),
        };
        byte[] data = file[(start + headerLength)..].ToArray();
        long expected = shape.Aggregate((long)elementSize, (product, dimension) => product * dimension);
        return data.Length == expected
            ? new NpyArray(name, type, shape, data)
            : throw new InvalidDataException($"{name} should hold {expected} bytes but holds {data.Length}.");
    }

    private ReadOnlySpan<T> View<T>(string type)
        where T : unmanaged
        => Type == type
            ? MemoryMarshal.Cast<byte, T>(_data)
            : throw new InvalidOperationException($"{_name} holds {Type}, not {type}.");

    private static string Field(string header, Regex pattern, string name)
    {
        Match match = pattern.Match(header);
        return match.Success ? match.Groups[1].Value : throw new InvalidDataException($"{name} has an unreadable header: {header}");
    }

    [GeneratedRegex(@"'descr':\s*'([^']+)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order':\s*(\w+)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
