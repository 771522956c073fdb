// A phone driven from Kotlin, without a server: what was written is there, and errors are of the
// kinds that an app can act on.
package hejie

import com.sun.net.httpserver.HttpServer
import java.io.File
import java.net.InetSocketAddress
import java.nio.file.Files
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import uniffi.hejie_mobile.*

/** A key store that keeps its key and its mark in memory. */
class Pocket(var key: ByteArray? = null, var isLocked: Boolean = false, var mark: ByteArray? = null) : KeyStore {
    override fun load(): ByteArray? = if (isLocked) throw KeyStoreException.Locked() else key

    override fun save(key: ByteArray) {
        this.key = key
    }

    override fun loadMark(): ByteArray? = mark

    override fun saveMark(mark: ByteArray) {
        this.mark = mark
    }
}

/** A key store with a mistake in it. */
class Careless : KeyStore {
    override fun load(): ByteArray? = throw IllegalStateException("a mistake in the app")

    override fun save(key: ByteArray) = throw IllegalStateException("a mistake in the app")

    override fun loadMark(): ByteArray? = throw IllegalStateException("a mistake in the app")

    override fun saveMark(mark: ByteArray) = throw IllegalStateException("a mistake in the app")
}

const val NOWHERE = "http://127.0.0.1:9"

/** A directory, a key, and perhaps an enrolled phone; cleared away after the test. */
class Scene : AutoCloseable {
    val dir: File = Files.createTempDirectory("hejie").toFile()
    val pocket = Pocket()

    fun open(url: String = NOWHERE, keys: KeyStore = pocket) = Phone.open(dir.path, url, keys)

    fun enrolled(): Phone {
        val desk = desk()
        try {
            return open("http://127.0.0.1:${desk.address.port}").also { it.signInAndEnrol("lin", "invented", "一号机") }
        } finally {
            desk.stop(0)
        }
    }

    override fun close() {
        dir.deleteRecursively()
    }
}

/** A key of nobody, with the signature of an invented root. */
const val SEALING_KEY = """{"root":"ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c","key_id":"34ec81dbdaf91485",
"public":"0900000000000000000000000000000000000000000000000000000000000000","made_at":"2026-01-01T00:00:00Z","signature":
"9e980812a22b05832f8cb87dd49618ae7b20aa1b9ef3901e07c9e7332f0b97b26572d016ecd0b3b79cded659032af877e060f88793d9f54f668c60a7074c9d0f"}"""

/** Signs in and enrols whoever comes. */
fun desk(): HttpServer {
    val tokens = """"access_token":"a","refresh_token":"r","expires_at":"2099-01-01T00:00:00Z""""
    val session = """{$tokens,"user":{"id":"01010101-0101-0101-0101-010101010101","role":"mediator",
        "org_id":"02020202-0202-0202-0202-020202020202"}}"""
    val enrolled = """{$tokens,"device_id":"03030303-0303-0303-0303-030303030303","actor":"${"04".repeat(16)}",
        "sealing_key":$SEALING_KEY}"""
    return HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0).apply {
        createContext("/") { call ->
            call.requestBody.readBytes()
            val body = (if (call.requestURI.path == "/api/v1/devices") enrolled else session).toByteArray()
            call.sendResponseHeaders(200, body.size.toLong())
            call.responseBody.use { it.write(body) }
        }
        start()
    }
}

fun Phone.begin(): CaseId = beginCase(NewCase(summary = "租客与中介因服务费争执", situation = "N03-05"))

fun Phone.addParty(case: CaseId, side: Side, name: String): EntryId =
    addParty(case, Party(PartyKind.PERSON, side, name, false, false, null, null))

val tests: Map<String, (Scene) -> Unit> = mapOf(
    "a new phone belongs to nobody" to { scene ->
        scene.open().use { phone ->
            assertNull(phone.owner())
            assertEquals(Readiness.NOT_ENROLLED, phone.status().readiness)
            assertEquals(32, scene.pocket.key?.size)
        }
    },
    "writing on a phone of nobody is refused by kind" to { scene ->
        scene.open().use { phone -> assertFailsWith<PhoneException.NotEnrolled> { phone.begin() } }
    },
    "a line that is down is offline" to { scene ->
        scene.open().use { phone ->
            assertFailsWith<PhoneException.Offline> { phone.signInAndEnrol("lin", "invented", "一号机") }
        }
    },
    "a second opening is told that the store is in use" to { scene ->
        scene.open().use { assertFailsWith<PhoneException.StorageInUse> { scene.open() } }
    },
    "another key does not open the store" to { scene ->
        scene.open().close()
        scene.pocket.key = ByteArray(32)
        assertFailsWith<PhoneException.KeyUnavailable> { scene.open() }
    },
    "a locked key store and a broken one are errors and no crash" to { scene ->
        scene.pocket.isLocked = true
        assertFailsWith<PhoneException.KeyUnavailable> { scene.open() }
        assertFailsWith<PhoneException.KeyUnavailable> { scene.open(keys = Careless()) }
    },
    "what was written offline is there after reopening" to { scene ->
        val case = scene.enrolled().use { phone ->
            val case = phone.begin()
            val tenant = phone.addParty(case, Side.A, "张*明")
            val note = phone.addNote(case, NoteKind.SCENE, "双方在门店")
            phone.editNote(case, note, "双方在门店，情绪平稳")
            phone.lockStatement(case, phone.addStatement(case, tenant, "中介答应退还一半"))
            case
        }
        scene.open().use { phone ->
            val document = phone.case(case).document
            assertEquals("张*明", document.parties.single().party.nameMasked)
            assertEquals("双方在门店，情绪平稳", document.confidential!!.notes.single().text)
            assertNotNull(document.confidential!!.statements.single().lockedAt)
            val summary = phone.cases().single()
            assertEquals(Standing.ON_THIS_PHONE_ONLY to 6u, summary.standing to summary.waiting)
        }
    },
    "who a party is is sealed and shown as a mask" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            val tenant = phone.addParty(case, Side.A, "某*")
            val captured = phone.addPartyIdentity(
                case, tenant, PartyIdentity("张小明", idNumber = "990101199003070011", telephone = "139 0000 0001"),
            )
            assertEquals("990101**********11", captured.masked.idNumber)
            assertEquals(listOf("check_digit"), captured.warnings.map { it.code })
            val known = phone.identities(case).single()
            assertEquals("张*明" to "139****0001", known.masked.name to known.masked.telephone)
            assertTrue(known.state is DeliveryState.OnThePhone)
            assertEquals("139****0001", numbersInText("电话139 0000 0001").single().masked)
        }
    },
    "a locked statement cannot be changed and says why" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            val statement = phone.addStatement(case, phone.addParty(case, Side.B, "某中介"), "费用已经说明")
            phone.lockStatement(case, statement)
            val refusal = assertFailsWith<PhoneException.NotPossible> { phone.editStatement(case, statement, "改口") }
            assertEquals("statement_locked", refusal.reason.code)
            assertTrue("补充笔录" in refusal.reason.zh)
        }
    },
    "an agreement is drafted, frozen and signed" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            val (tenant, agent) = phone.addParty(case, Side.A, "张*明") to phone.addParty(case, Side.B, "某中介")
            val draft = phone.addDraft(case, AgreementForm.WRITTEN)
            val terms = Terms(
                agent, tenant, PromiseKind.PAY, 150_000u, "壹仟伍佰元整", listOf(Instalment("2026-04-01", 150_000u)), "转账", "",
            )
            phone.addClause(case, draft, "乙方退还服务费", terms)
            phone.freezeDraft(case, draft)
            for (signer in listOf(WhoSigns.OfParty(tenant), WhoSigns.OfParty(agent), WhoSigns.Mediator)) {
                phone.sign(case, DraftSignature(draft, signer, SignatureMedium.SCREEN))
            }
            val document = phone.case(case).document
            assertEquals(150_000u, document.confidential!!.drafts.single().clauses.single().terms?.amount)
            assertEquals(3, document.signatures.size)
        }
    },
    "a plan, a session and what the case is about are written and shown" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            val tenant = phone.addParty(case, Side.A, "张*明")
            phone.setAmount(case, 12_000_000u)
            phone.setViolenceScreen(case, DvScreen(asked = true, violence = false))
            phone.correctPartyIncapacity(case, tenant, true)
            val plan = phone.addPlan(case, "先核数，后付款")
            phone.addPlanStep(case, plan, PlanStep("核对考勤", "新碶街道人社所", "2026-04-01"))
            val held = SessionHeld(SessionForm.ONLINE, java.time.Instant.EPOCH.plusSeconds(1_770_000_000), listOf(tenant), "双方视频到场")
            phone.signRecord(case, phone.addSession(case, held), tenant, SignatureMedium.SCREEN)
            val document = phone.case(case).document
            assertEquals(12_000_000uL to true, document.intake.amount to document.intake.dvScreen?.asked)
            assertTrue(document.parties.single().party.isIncapacitated)
            assertEquals("新碶街道人社所", document.plans.single().steps.single().step.ownerOrg)
            assertEquals(tenant, document.confidential!!.sessions.single().signed.single().party)
            assertEquals("捌仟陆佰元整", capital(860_000u))
        }
    },
    "clauses are reworded and moved" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            val draft = phone.addDraft(case, AgreementForm.WRITTEN)
            val (first, second) = phone.addClause(case, draft, "甲") to phone.addClause(case, draft, "乙")
            phone.moveClause(case, draft, second)
            phone.editClause(case, draft, first, "甲方退款")
            assertEquals(listOf("乙", "甲方退款"), phone.case(case).document.confidential!!.drafts.single().clauses.map { it.text })
        }
    },
    "observations and requests are kept and shown as pending" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            phone.observeRisk(case, Observed.Gathering(12u), "门店前聚集")
            phone.arrive(case, reason = "从派出所出发")
            val file = phone.case(case)
            assertEquals(Observed.Gathering(12u), file.document.risks.single().observed)
            assertEquals(listOf("arrive"), file.pending.map { it.ask })
        }
    },
    "guides, phrases and the search need no owner and no line" to { scene ->
        scene.open().use { phone ->
            val found = phone.search("楼上漏水", 5u)
            assertEquals("N02-01", found.first().situation)
            assertEquals(listOf("楼上漏水"), found.first().snippet.filter { it.isMatch }.map { it.text })
            assertTrue(phone.guide("N01-06")?.situation?.needsPaper == true)
            assertNull(phone.guide("N99-01"))
            assertEquals(114, phone.situations().size)
            assertTrue(phone.phrases().size >= 100)
            assertTrue(phone.phrases(Occasion.OPENING).all { it.occasionName == "表明身份" })
            assertTrue(phone.lawRoutes().any { it.code == "court" })
            assertEquals("请您看清楚再决定签不签", phone.suggestWording("你必须签字").single().instead)
        }
    },
    "an item of the checklist is marked and shown with its mark" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            phone.check(case, "N03-05.receipt", true, "收据已拍")
            val items = phone.checklist(case).associateBy { it.code }
            assertEquals(true to "收据已拍", items["N03-05.receipt"]?.let { it.done to it.remark })
            assertEquals(false, items["N.identity"]?.done)
        }
    },
    "an exchange without a line keeps everything" to { scene ->
        scene.enrolled().use { phone ->
            phone.begin()
            assertFailsWith<PhoneException.Offline> { phone.exchange() }
            assertEquals(1u, phone.status().waiting)
        }
    },
    "many threads write at once and nothing is lost" to { scene ->
        scene.enrolled().use { phone ->
            val case = phone.begin()
            (1..4).map { thread { repeat(5) { phone.addNote(case, NoteKind.OTHER, "并行") } } }.forEach { it.join() }
            assertEquals(20, phone.case(case).document.confidential!!.notes.size)
        }
    },
)

fun main() {
    var failed = 0
    for ((name, test) in tests) {
        try {
            Scene().use(test)
            println("ok      $name")
        } catch (error: Throwable) {
            failed += 1
            println("FAILED  $name")
            error.printStackTrace(System.out)
        }
    }
    println("kotlin: ${tests.size - failed} passed, $failed failed")
    exitProcess(if (failed == 0) 0 else 1)
}
