using System.Text;

namespace MGLMM.Data.Input;

/// <summary>Text files that are UTF-8 or, failing that, Windows' code page 1252, as some annotation tools write it.</summary>
internal static class TextFile
{
    /// <summary>The characters of 0x80 to 0x9F; what the code page leaves open is the control character of the same number, as in Latin-1.</summary>
    private const string Upper =
        "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a file as UTF-8, recoded where they are not.</summary>
    public static byte[] ReadAsUtf8(string path, out bool recoded)
    {
        byte[] bytes = File.ReadAllBytes(path);
        recoded = !IsUtf8(bytes);
        return recoded ? Encoding.UTF8.GetBytes(FromCodePage1252(bytes)) : bytes;
    }

    /// <summary>The lines of a file, without their ends.</summary>
    public static string[] ReadLines(string path) => ReadLines(path, out _);

    /// <summary>The lines of a file, without their ends; told whether it is no UTF-8.</summary>
    public static string[] ReadLines(string path, out bool recoded)
    {
        byte[] bytes = File.ReadAllBytes(path);
        recoded = !IsUtf8(bytes);
        return Decode(bytes).TrimStart('\ufeff').Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
    }

    /// <summary>Bytes as text: UTF-8 or, failing that, code page 1252.</summary>
    public static string Decode(byte[] bytes) => IsUtf8(bytes) ? Strict.GetString(bytes) : FromCodePage1252(bytes);

    private static bool IsUtf8(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static string FromCodePage1252(byte[] bytes) =>
        string.Create(bytes.Length, bytes, static (text, source) =>
        {
            for (int index = 0; index < source.Length; index++)
            {
                text[index] = source[index] is >= 0x80 and < 0xa0 ? Upper[source[index] - 0x80] : (char)source[index];
            }
        });
}
