using MGLMM.Hub.Http;

namespace MGLMM.Hub.Tests;

/// <summary>Expected values are those of <c>git hash-object</c> and <c>sha256sum</c>.</summary>
public sealed class ContentHashTests
{
    [Theory]
    [InlineData("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    [InlineData("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a")]
    [InlineData("hello\n", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")]
    public void Both_hashes(string text, string hash)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Assert.True(ContentHash.Matches(bytes, hash));
        Assert.False(ContentHash.Matches([.. bytes, 0], hash));
    }

    [Theory]
    [InlineData("\"CE013625030ba8dba906f756967f9e9ca394464a\"", "ce013625030ba8dba906f756967f9e9ca394464a")]
    [InlineData("W/\"ce013625030ba8dba906f756967f9e9ca394464a\"", "ce013625030ba8dba906f756967f9e9ca394464a")]
    [InlineData("\"5d41402abc4b2a76b9719d911017c592-2\"", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Tags(string? tag, string? hash) => Assert.Equal(hash, ContentHash.Normalize(tag));
}
