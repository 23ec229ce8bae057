import Testing

@testable import Curses

@Suite struct CopyTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{1B}]52\u{7}", "G101Mgc="),
    ])
    func textsTravelAsLettersOnly(text: String, letters: String) {
        #expect(Base64.bytes(of: Array(text.utf8)) == Array(letters.utf8))
    }
}
