using System.Text;
using MGLMM.Runtime.Serialization;

namespace MGLMM.Runtime.Text;

/// <summary>What a piece of a SentencePiece vocabulary is; the numbers are those of <c>sentencepiece_model.proto</c>.</summary>
internal enum SentencePieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>
/// The vocabulary of a SentencePiece model file with LLaMA's settings: BPE, byte fallback, identity normalisation, a dummy prefix,
/// spaces kept. Immutable; safe to share between threads.
/// </summary>
/// <remarks>
/// The file is read by hand rather than through generated protobuf code: six fields are needed, and a damaged or hostile file must
/// end in an <see cref="InvalidDataException"/>, never in a crash or an allocation that the file's own size does not justify.
/// Other settings are refused, because they would tokenise differently without anyone noticing.
/// Field numbers: github.com/google/sentencepiece, src/sentencepiece_model.proto.
/// </remarks>
internal sealed class SentencePieceModel
{
    /// <summary>The largest file that is read; LLaMA's has half a megabyte.</summary>
    public const int MaximumFileLength = 64 << 20;

    /// <summary>The most pieces that a vocabulary may have; LLaMA's has 32000.</summary>
    public const int MaximumPieceCount = 1 << 20;

    /// <summary>The longest piece in UTF-16 units; SentencePiece's own default is 16 characters.</summary>
    public const int MaximumPieceLength = 4096;

    private const int BpeModelType = 2;
    private const string Subject = "The SentencePiece model";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string[] _pieces;
    private readonly float[] _scores;
    private readonly SentencePieceType[] _types;
    private readonly int[] _byteIds;
    private readonly byte[] _byteValues;

    private SentencePieceModel(string[] pieces, float[] scores, SentencePieceType[] types)
    {
        _pieces = pieces;
        _scores = scores;
        _types = types;
        _byteIds = new int[256];
        _byteValues = new byte[pieces.Length];
        Array.Fill(_byteIds, -1);
        HashSet<string> seen = new(pieces.Length, StringComparer.Ordinal);
        for (int id = 0; id < pieces.Length; id++)
        {
            string piece = pieces[id];
            if (!seen.Add(piece))
            {
                throw Damaged($"piece {id} appears twice");
            }

            switch (types[id])
            {
                case SentencePieceType.Unknown when UnknownId >= 0:
                    throw Damaged("it has more than one unknown piece");
                case SentencePieceType.Unknown:
                    UnknownId = id;
                    break;
                case SentencePieceType.Byte:
                    byte value = ParseBytePiece(piece, id);
                    _byteIds[value] = id;
                    _byteValues[id] = value;
                    break;
                case SentencePieceType.UserDefined:
                    HasUserDefinedPieces = true;
                    LongestPiece = Math.Max(LongestPiece, piece.Length);
                    break;
                case SentencePieceType.Normal:
                    LongestPiece = Math.Max(LongestPiece, piece.Length);
                    break;
            }
        }

        if (UnknownId < 0)
        {
            throw Damaged("it has no unknown piece");
        }

        if (_byteIds.AsSpan().Contains(-1))
        {
            throw Damaged("it lacks some of the 256 byte pieces");
        }
    }

    /// <summary>Number of pieces.</summary>
    public int Count => _pieces.Length;

    /// <summary>The pieces by id.</summary>
    public IReadOnlyList<string> Pieces => _pieces;

    /// <summary>The id of the unknown piece.</summary>
    public int UnknownId { get; } = -1;

    /// <summary>Length of the longest piece that text can become, in UTF-16 units.</summary>
    public int LongestPiece { get; }

    /// <summary>Whether any piece is user-defined, that is, never split and never merged.</summary>
    public bool HasUserDefinedPieces { get; }

    /// <summary>The merge priority of a piece; larger is earlier.</summary>
    public float Score(int id) => _scores[id];

    /// <summary>What a piece is.</summary>
    public SentencePieceType TypeOf(int id) => _types[id];

    /// <summary>The id of the piece that stands for a byte.</summary>
    public int ByteId(byte value) => _byteIds[value];

    /// <summary>The byte that a byte piece stands for.</summary>
    public byte ByteValue(int id) => _byteValues[id];

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, too large, or has other settings than LLaMA's.</exception>
    public static SentencePieceModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Parse(ReadAll(stream));
    }

    private static SentencePieceModel Parse(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            throw Damaged("it is empty");
        }

        List<string> pieces = new();
        List<float> scores = new();
        List<SentencePieceType> types = new();
        bool isBpe = false;
        bool byteFallback = false;
        bool whitespaceAsSuffix = false;
        bool rewrites = false;
        bool addDummyPrefix = true;
        bool removeExtraWhitespaces = true;
        bool escapeWhitespaces = true;

        ProtobufReader reader = new(file, Subject);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    if (pieces.Count == MaximumPieceCount)
                    {
                        throw Damaged($"it has more than {MaximumPieceCount} pieces");
                    }

                    ReadPiece(reader.Bytes, pieces.Count, out string piece, out float score, out SentencePieceType type);
                    pieces.Add(piece);
                    scores.Add(score);
                    types.Add(type);
                    break;
                case 2:
                    ProtobufReader trainer = new(reader.Bytes, Subject);
                    while (trainer.Next())
                    {
                        switch (trainer.Field)
                        {
                            case 3:
                                isBpe = trainer.Number == BpeModelType;
                                break;
                            case 24:
                                whitespaceAsSuffix = trainer.Number != 0;
                                break;
                            case 35:
                                byteFallback = trainer.Number != 0;
                                break;
                        }
                    }

                    break;
                case 3:
                    ProtobufReader normalizer = new(reader.Bytes, Subject);
                    while (normalizer.Next())
                    {
                        switch (normalizer.Field)
                        {
                            case 2:
                                rewrites |= !normalizer.Bytes.IsEmpty;
                                break;
                            case 3:
                                addDummyPrefix = normalizer.Number != 0;
                                break;
                            case 4:
                                removeExtraWhitespaces = normalizer.Number != 0;
                                break;
                            case 5:
                                escapeWhitespaces = normalizer.Number != 0;
                                break;
                        }
                    }

                    break;
                case 5:
                    ProtobufReader denormalizer = new(reader.Bytes, Subject);
                    while (denormalizer.Next())
                    {
                        rewrites |= denormalizer.Field == 2 && !denormalizer.Bytes.IsEmpty;
                    }

                    break;
            }
        }

        Require(pieces.Count > 0, "has no pieces");
        Require(isBpe, "is not a BPE model");
        Require(byteFallback, "has no byte fallback");
        Require(!rewrites, "rewrites the text (a normalisation other than identity)");
        Require(addDummyPrefix, "adds no dummy prefix");
        Require(!removeExtraWhitespaces, "removes extra whitespace");
        Require(escapeWhitespaces, "does not escape whitespace");
        Require(!whitespaceAsSuffix, "treats whitespace as a suffix");
        return new SentencePieceModel([.. pieces], [.. scores], [.. types]);
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(
                $"The SentencePiece model {otherwise}. Only models with LLaMA's settings are supported: BPE, byte fallback, identity "
                + "normalisation, a dummy prefix, extra whitespace kept.");
        }
    }

    private static void ReadPiece(ReadOnlySpan<byte> message, int id, out string piece, out float score, out SentencePieceType type)
    {
        piece = string.Empty;
        score = 0;
        type = SentencePieceType.Normal;
        ProtobufReader reader = new(message, Subject);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    try
                    {
                        piece = StrictUtf8.GetString(reader.Bytes);
                    }
                    catch (DecoderFallbackException)
                    {
                        throw Damaged($"piece {id} is not valid UTF-8");
                    }

                    break;
                case 2:
                    score = reader.Single;
                    break;
                case 3:
                    type = reader.Number is >= (int)SentencePieceType.Normal and <= (int)SentencePieceType.Byte
                        ? (SentencePieceType)reader.Number
                        : throw Damaged($"piece {id} has an unknown type");
                    break;
            }
        }

        if (piece.Length is 0 or > MaximumPieceLength)
        {
            throw Damaged($"piece {id} is empty or longer than {MaximumPieceLength} characters");
        }

        if (float.IsNaN(score))
        {
            throw Damaged($"the score of piece {id} is not a number");
        }

        if (type == SentencePieceType.Unused)
        {
            throw Damaged($"piece {id} is marked unused, which is not supported");
        }
    }

    private static byte ParseBytePiece(string piece, int id)
    {
        if (piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
            && byte.TryParse(piece.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out byte value))
        {
            return value;
        }

        throw Damaged($"the byte piece {id} does not have the form <0x00>");
    }

    private static byte[] ReadAll(Stream stream)
    {
        // The stream's own length is a promise, not a fact: read until the end or the limit, whichever is first.
        using MemoryStream memory = new();
        byte[] buffer = new byte[81920];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (memory.Length + read > MaximumFileLength)
            {
                throw Damaged($"it is larger than {MaximumFileLength >> 20} MiB");
            }

            memory.Write(buffer, 0, read);
        }

        return memory.ToArray();
    }

    private static InvalidDataException Damaged(string why) => new($"{Subject} cannot be read: {why}.");
}
